import type { DocumentNode } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { soleField } from '../graphql/hot-documents.ts';
import type { HotReads } from '../graphql/hot-reads.ts';
import { asksCatalogueOnly, executedOf } from '../graphql/sensitive.ts';
import type { App } from '../ports/app.ts';
import { isLive, liveSession } from '../sign-in/sessions.ts';
import type { SessionKey } from '../sign-in/tokens.ts';

interface Asking {
  document?: DocumentNode;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

/**
 * Asks whether the session lives that an operation speaks for. The same statement brings the line along, where the
 * operation asks for nothing but `me` and what it selects of it is known; the catalogue needs no look at all.
 */
export class SessionLook {
  readonly #app: App;
  readonly #hotReads: HotReads;
  readonly #asking: Asking;
  /** The line that came along. */
  found: Context['found'];

  constructor(app: App, hotReads: HotReads, asking: Asking) {
    this.#app = app;
    this.#hotReads = hotReads;
    this.#asking = asking;
  }

  async lives(session: SessionKey): Promise<boolean> {
    const { document, operationName, variables } = this.#asking;
    const operation = document && executedOf(document, operationName);
    if (operation && asksCatalogueOnly(document, operation)) return true;
    const node = operation && soleField(operation);
    const selection =
      node?.name.value === 'me' ? this.#hotReads.selection(operation!, node, variables) : undefined;
    if (!node || !selection) return isLive(this.#app, session);
    const { subscriberId, id } = session;
    const where = { id: subscriberId, sessions: { some: { subscriberId, id, ...liveSession(this.#app) } } };
    const line = await this.#hotReads.find(selection, where);
    if (line === undefined) return isLive(this.#app, session);
    if (line) this.found = { node, line };
    return line !== null;
  }
}
