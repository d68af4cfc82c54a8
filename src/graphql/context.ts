import DataLoader from 'dataloader';
import type { Language } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import { readLines } from '../services/line.ts';
import type { Line } from '../services/rules.ts';
import type { Viewer } from './viewer.ts';

/** Reads that many rows ask for at once, gathered into one. */
export interface Loaders {
  /** By subscriber id. */
  lines: DataLoader<string, Line | null>;
}

export const createLoaders = (app: Pick<App, 'db'>): Loaders => ({
  lines: new DataLoader(async (ids) => {
    const lines = await readLines(app.db, ids);
    return ids.map((id) => lines.get(id) ?? null);
  }),
});

/** What a resolver knows beside its arguments. One for each operation. */
export interface Context {
  app: App;
  viewer: Viewer;
  language: Language;
  requestId: string;
  loaders: Loaders;
}
