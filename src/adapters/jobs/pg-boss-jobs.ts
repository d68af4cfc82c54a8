import { setTimeout as delay } from 'node:timers/promises';
import { fromPrisma, type JobResult, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Db } from '../../ports/database.ts';
import type { JobHandler, Jobs } from '../../ports/jobs.ts';
import type { Waiting } from '../../seeing/backlog.ts';
import { jobRuns } from '../../seeing/metrics.ts';
import { inScope } from '../../seeing/scope.ts';
import { currentTraceparent, inTrace } from '../../seeing/trace.ts';
import { FINISH_WITHIN_MS } from '../../stop-times.ts';
import { patience, STATEMENT_MS } from '../postgres/patience.ts';

const KEEP_DAY_S = 86_400;
/** Delayed jobs start within this time of their hour; immediate ones are announced by NOTIFY. */
const POLL_S = 1;
/** Jobs are fetched by the batch, and the next at once while they come in full: a backlog drains as fast as it can. */
const BATCH = 10;
const BATCHES_AT_ONCE = 3;
const URGENT = 10;
/** By then those under way have had their time. */
const CLOSE_WITHIN_MS = 1_000;

export interface JobRunner extends Jobs {
  /** Starts carrying jobs out. */
  work(handlers: readonly JobHandler[]): Promise<void>;
  /** What is not done yet, in all processes: how much, and for how long the oldest has been due. */
  backlog(db: Db): Promise<Waiting[]>;
  /** Takes no more jobs and waits a while for those under way; jobs can still be given to others. */
  rest(): Promise<void>;
  /** Closes, after it has rested; a job that is still not done is tried again elsewhere. */
  stop(): Promise<void>;
}

interface Fetched {
  id: string;
  data: unknown;
}

const NOT_DONE = ['created', 'retry', 'active'];

async function backlogOf(db: Db, definitions: readonly JobHandler['definition'][]): Promise<Waiting[]> {
  const rows = await db.$queryRaw<Waiting[]>`
    SELECT name AS kind, state::text, count(*)::int AS count,
           greatest(extract(epoch FROM now() - min(start_after)), 0)::float8 AS "oldestSeconds"
    FROM pgboss.job WHERE state < 'completed' GROUP BY name, state`;
  return definitions.flatMap(({ name: kind }) =>
    NOT_DONE.map(
      (state) =>
        rows.find((row) => row.kind === kind && row.state === state) ?? {
          kind,
          state,
          count: 0,
          oldestSeconds: 0,
        },
    ),
  );
}

/** Runs one job, in the trace that it was enqueued in. */
async function run(handler: JobHandler, { id, data }: Fetched, log: Logger): Promise<JobResult> {
  const { name } = handler.definition;
  const { traceparent } = (data ?? {}) as { traceparent?: string };
  const facts = { 'job.name': name };
  const carryOut = async () => {
    try {
      await handler.run(data);
    } catch (err) {
      log.error({ err, job: name, jobId: id }, 'job failed');
      throw err;
    }
  };
  const outcome = await inTrace(`job ${name}`, { kind: 'work', traceparent, facts }, carryOut).then(
    () => 'completed' as const,
    () => 'failed' as const,
  );
  jobRuns.inc({ queue: name, outcome });
  return { id, status: outcome };
}

async function makeQueue(boss: PgBoss, definition: JobHandler['definition']): Promise<void> {
  await boss.createQueue(definition.name, {
    notify: true,
    retryLimit: definition.retryLimit,
    retryDelay: 1,
    retryBackoff: true,
    expireInSeconds: definition.expireInSeconds,
    deleteAfterSeconds: KEEP_DAY_S,
  });
  if (definition.cron) await boss.schedule(definition.name, definition.cron, {}, { tz: 'UTC' });
}

/** Carries out what is in a queue, and what comes. */
async function runQueue(boss: PgBoss, handler: JobHandler, log: Logger): Promise<void> {
  const { name } = handler.definition;
  for (const outcome of ['completed', 'failed']) jobRuns.inc({ queue: name, outcome }, 0);
  const runOne = (job: Fetched): Promise<JobResult> => inScope({ job: name }, () => run(handler, job, log));
  const options = {
    pollingIntervalSeconds: POLL_S,
    notifyPollingIntervalSeconds: POLL_S,
    batchSize: BATCH,
    burstWhenBatchFull: true,
    localConcurrency: BATCHES_AT_ONCE,
    perJobResults: true,
  } as const;
  await boss.work(name, options, (jobs) => Promise.all(jobs.map(runOne)));
}

/**
 * Durable jobs in PostgreSQL. The queues are made by whichever process comes first; `runs`: whether this one works on
 * them; `cron`: whether it also sees to those that run by the hour.
 */
export async function openJobs(
  url: string,
  definitions: readonly JobHandler['definition'][],
  log: Logger,
  {
    runs,
    cron,
    statementMs = STATEMENT_MS,
  }: { runs: boolean; cron: boolean; statementMs?: number | undefined },
): Promise<JobRunner> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'internet-assistant jobs',
    ...patience(statementMs),
    max: runs ? 8 : 2,
    useListenNotify: runs,
    supervise: runs,
    schedule: runs && cron,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'jobs'));
  await boss.start();
  for (const definition of definitions) await makeQueue(boss, definition);
  const rest = () => Promise.all(definitions.map(({ name }) => boss.offWork(name, { wait: true })));
  return {
    async enqueue(tx, job, payload, { afterSeconds, urgent } = {}) {
      const traceparent = currentTraceparent();
      await boss.send(job.name, traceparent ? { ...payload, traceparent } : (payload as object), {
        db: fromPrisma(tx),
        startAfter: afterSeconds,
        priority: urgent ? URGENT : 0,
      });
    },
    async work(toRun) {
      for (const handler of toRun) await runQueue(boss, handler, log);
    },
    backlog: (db) => backlogOf(db, definitions),
    rest: async () => {
      await Promise.race([rest(), delay(FINISH_WITHIN_MS, undefined, { ref: false })]);
    },
    stop: () => boss.stop({ graceful: true, timeout: CLOSE_WITHIN_MS }),
  };
}
