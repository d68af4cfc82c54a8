import DataLoader from 'dataloader';
import type { ServiceOrder } from '../generated/prisma/client.ts';
import type { Language } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { readLines, readServiceOrders } from '../services/line.ts';
import type { Line } from '../services/rules.ts';
import type { Tokens } from '../sign-in/tokens.ts';
import type { Viewer } from './viewer.ts';

/** Reads that many rows ask for at once, gathered into one. */
export interface Loaders {
  /** By subscriber id. */
  lines: DataLoader<string, Line | null>;
  serviceOrders: DataLoader<OrderRef, ServiceOrder | null, string>;
}

export const createLoaders = (app: Pick<App, 'db'>): Loaders => ({
  lines: new DataLoader(async (ids) => {
    const lines = await readLines(app.db, ids);
    return ids.map((id) => lines.get(id) ?? null);
  }),
  serviceOrders: new DataLoader((refs) => readServiceOrders(app.db, refs), {
    cacheKeyFn: ({ subscriberId, orderId }) => `${subscriberId}/${orderId}`,
  }),
});

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
  /** The lines that the operation has opened. */
  opened: Set<string>;
}
