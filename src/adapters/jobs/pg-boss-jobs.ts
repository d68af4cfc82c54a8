import { setTimeout as delay } from 'node:timers/promises';
import { fromPrisma, type JobResult, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { JobHandler, Jobs } from '../../ports/jobs.ts';

const KEEP_DAY_S = 86_400;
/** Delayed jobs start within this time of their hour; immediate ones are announced by NOTIFY. */
const POLL_S = 1;
/** Jobs are fetched by the batch, and the next at once while they come in full: a backlog drains as fast as it can. */
const BATCH = 10;
const BATCHES_AT_ONCE = 3;
const URGENT = 10;
const STOP_WITHIN_MS = 10_000;

export interface JobRunner extends Jobs {
  /** Starts carrying jobs out. */
  work(handlers: readonly JobHandler[]): Promise<void>;
  /** Takes no more jobs and waits a while for those under way; jobs can still be given to others. */
  rest(): Promise<void>;
  /** The same, and closes; a job that is not done by then is tried again elsewhere. */
  stop(): Promise<void>;
}

/**
 * Durable jobs in PostgreSQL. The queues are made by whichever process comes first; `runs`: whether this one works on
 * them; `cron`: whether it also sees to those that run by the hour.
 */
export async function openJobs(
  url: string,
  definitions: readonly JobHandler['definition'][],
  log: Logger,
  { runs, cron }: { runs: boolean; cron: boolean },
): Promise<JobRunner> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'internet-assistant jobs',
    max: runs ? 8 : 2,
    useListenNotify: runs,
    supervise: runs,
    schedule: runs && cron,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'jobs'));
  await boss.start();
  for (const definition of definitions) {
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
  const rest = () => Promise.all(definitions.map(({ name }) => boss.offWork(name, { wait: true })));
  return {
    async enqueue(tx, job, payload, { afterSeconds, urgent } = {}) {
      await boss.send(job.name, payload as object, {
        db: fromPrisma(tx),
        startAfter: afterSeconds,
        priority: urgent ? URGENT : 0,
      });
    },
    async work(toRun) {
      for (const handler of toRun) {
        const { name } = handler.definition;
        const runOne = async (job: { id: string; data: unknown }): Promise<JobResult> => {
          try {
            await handler.run(job.data);
            return { id: job.id, status: 'completed' };
          } catch (error) {
            log.error({ err: error, job: name, jobId: job.id }, 'job failed');
            return { id: job.id, status: 'failed' };
          }
        };
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
    },
    rest: async () => {
      await Promise.race([rest(), delay(STOP_WITHIN_MS, undefined, { ref: false })]);
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_WITHIN_MS }),
  };
}
