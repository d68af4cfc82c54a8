import type pg from 'pg';

/** How long a statement may take. After that its connection counts as lost, although nobody has said so. */
export const STATEMENT_MS = 30_000;

/**
 * What a pool's connections are opened with, so that neither side waits for ever for one that is gone without a word.
 * The server stops first, and what a transaction has locked is free again; a client that hears nothing gives up after it.
 */
export const patience = (statementMs: number) => ({
  query_timeout: statementMs,
  statement_timeout: Math.floor(statementMs * 0.9),
  idle_in_transaction_session_timeout: statementMs,
});

/**
 * Has a connection that breaks while nobody asks anything of it hurt nobody: whoever takes it next hears that it is gone. The
 * pool listens only until it hands a connection out, and who gets it begins a moment later; an error that comes in between,
 * in the same packet as the answer before it, would end the process.
 */
export function bearBreaks(pool: pg.Pool): void {
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
}

/** Has a connection that left a statement unanswered ended: back in the pool it would answer the next one as little. */
export function endWhenUnanswered(pool: pg.Pool): void {
  pool.on('connect', (client) => {
    const send = client.query.bind(client) as (...args: unknown[]) => unknown;
    const query = (...args: unknown[]) => {
      const answer = send(...args);
      if (answer instanceof Promise)
        answer.catch((error: Error) => {
          if (error.message === 'Query read timeout') client.end().catch(() => {});
        });
      return answer;
    };
    Object.assign(client, { query });
  });
}
