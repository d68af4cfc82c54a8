import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { soleField } from '../graphql/hot-documents.ts';
import type { HotReads } from '../graphql/hot-reads.ts';
import { asksCatalogueOnly, executedOf } from '../graphql/sensitive.ts';
import type { Selection } from '../hot-rows/selection.ts';
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
    const { document, operationName } = this.#asking;
    const operation = document && executedOf(document, operationName);
    if (operation && asksCatalogueOnly(document, operation)) return true;
    const known = operation && this.#knownMe(operation);
    if (!known) return isLive(this.#app, session);
    const { subscriberId, id } = session;
    const where = { id: subscriberId, sessions: { some: { subscriberId, id, ...liveSession(this.#app) } } };
    const line = await this.#hotReads.find(known.selection, where);
    if (line === undefined) return isLive(this.#app, session);
    if (line) this.found = { node: known.node, line };
    return line !== null;
  }

  /** What is selected of `me`, where nothing else is asked for and that is known. */
  #knownMe(operation: OperationDefinitionNode): { node: FieldNode; selection: Selection } | undefined {
    const node = soleField(operation);
    if (node?.name.value !== 'me') return undefined;
    const selection = this.#hotReads.known(operation, node, this.#asking.variables);
    return selection && { node, selection };
  }
}
