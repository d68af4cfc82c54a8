import DataLoader from 'dataloader';
import type { FieldNode } from 'graphql';
import type { Language } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import type { HotRow } from '../hot-rows/hot-row.ts';
import { type AnyOrder, type AnyOrderRef, findOrders } from '../orders/find-order.ts';
import { readLines } from '../services/line.ts';
import type { Line } from '../services/rules.ts';
import type { Tokens } from '../sign-in/tokens.ts';
import type { HotReads } from './hot-reads.ts';
import type { Viewer } from './viewer.ts';

/** Reads that many rows ask for at once, gathered into one; each is made when it is first asked. */
export class Loaders {
  readonly #app: Pick<App, 'db'>;
  #lines: DataLoader<string, Line | null> | undefined;
  #orders: DataLoader<AnyOrderRef, AnyOrder | null, string> | undefined;

  constructor(app: Pick<App, 'db'>) {
    this.#app = app;
  }

  /** By subscriber id. */
  get lines(): DataLoader<string, Line | null> {
    return (this.#lines ??= new DataLoader(async (ids) => {
      const lines = await readLines(this.#app.db, ids);
      return ids.map((id) => lines.get(id) ?? null);
    }));
  }

  get orders(): DataLoader<AnyOrderRef, AnyOrder | null, string> {
    return (this.#orders ??= new DataLoader((refs) => findOrders(this.#app.db, refs), {
      cacheKeyFn: ({ orderKind, subscriberId, orderId }) => `${orderKind}/${subscriberId}/${orderId}`,
    }));
  }
}

/** The cookies that a browser's session travels in. */
export interface SessionCookies {
  refreshToken: string | undefined;
  deviceToken: string | undefined;
  /** Has the answer set them. */
  keep(tokens: Tokens): void;
  /** Has the answer end the session's; the device stays known. */
  forget(): void;
}

/** What a resolver knows beside its arguments. One for each operation. */
export interface Context {
  app: App;
  viewer: Viewer;
  language: Language;
  requestId: string;
  /** Where the request comes from, as limits count it. */
  address: string;
  /** Absent where none can be set: on a socket, or for a page that is not ours. */
  cookies: SessionCookies | undefined;
  loaders: Loaders;
  hotReads: HotReads;
  variables: Record<string, unknown> | undefined;
  /** The line that was read together with the look at its session. */
  found: { node: FieldNode; line: HotRow } | undefined;
  /** Whether it is known to be within the limits of complexity: it ran before, with the same variables. */
  weighed: boolean;
  /** The lines that the operation has opened. */
  opened: Set<string>;
  /** Whether it has looked lines up, whatever it found. */
  lookedUp: boolean;
}
