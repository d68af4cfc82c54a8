import { PrismaPg } from '@prisma/adapter-pg';
import { LRUCache } from 'lru-cache';
import { inCall } from '../../seeing/trace.ts';

const KEPT = 500;
const VERB = /^\s*(?:WITH\b[^]*?\)\s*)?(SELECT|INSERT|UPDATE|DELETE)\b/i;
const TABLE = /\b(?:FROM|INTO|UPDATE)\s+(?:"?public"?\.)?"?([a-z_]+)"?/i;

/** Verb and table: enough to tell statements apart, and nothing that anybody typed (OpenTelemetry: db.query.summary). */
function summaryOf(sql: string): string {
  const [, verb = sql.trim().split(/\s/, 1)[0] ?? ''] = VERB.exec(sql) ?? [];
  const [, table] = TABLE.exec(sql) ?? [];
  return [verb.toUpperCase(), table].filter(Boolean).join(' ');
}

const summaries = new LRUCache<string, string>({ max: KEPT });

function summary(sql: string): string {
  const known = summaries.get(sql);
  if (known !== undefined) return known;
  const made = summaryOf(sql);
  summaries.set(sql, made);
  return made;
}

const traced = <Result>(name: string, run: () => Promise<Result>): Promise<Result> =>
  inCall(name, { 'db.system.name': 'postgresql', 'db.query.summary': name }, run);

interface Queries {
  queryRaw(query: { sql: string }): Promise<unknown>;
  executeRaw(query: { sql: string }): Promise<unknown>;
}

/** Each statement of it is a step of the trace that asks for it. */
function trace<Some extends Queries>(queries: Some): Some {
  const [queryRaw, executeRaw] = [queries.queryRaw.bind(queries), queries.executeRaw.bind(queries)];
  return Object.assign(queries, {
    queryRaw: (query: { sql: string }) => traced(summary(query.sql), () => queryRaw(query)),
    executeRaw: (query: { sql: string }) => traced(summary(query.sql), () => executeRaw(query)),
  });
}

/** Prisma's adapter with every statement in the trace under way, the beginning and the end of a transaction too. */
export class TracedPg extends PrismaPg {
  override async connect() {
    const adapter = trace(await super.connect());
    const begin = adapter.startTransaction.bind(adapter);
    return Object.assign(adapter, {
      startTransaction: async (...args: Parameters<typeof begin>) =>
        trace(await traced('BEGIN', () => begin(...args))),
    });
  }
}
