import { fromPrisma, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { JobHandler, Jobs } from '../../ports/jobs.ts';

const KEEP_DAY_S = 86_400;
/** Delayed jobs start within this time of their hour; immediate ones are announced by NOTIFY. */
const POLL_S = 1;
const AT_ONCE_PER_QUEUE = 8;

export interface JobRunner extends Jobs {
  /** Starts carrying jobs out. */
  work(handlers: readonly JobHandler[]): Promise<void>;
  /** Takes no more jobs, waits for those under way, and closes. */
  stop(): Promise<void>;
}

/** Durable jobs in PostgreSQL. The queues are made by whichever process comes first; `runs`: whether this one works on them. */
export async function openJobs(
  url: string,
  definitions: readonly JobHandler['definition'][],
  log: Logger,
  runs: boolean,
): Promise<JobRunner> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'internet-assistant jobs',
    max: runs ? 8 : 2,
    useListenNotify: runs,
    supervise: runs,
    schedule: runs,
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
  }
  return {
    async enqueue(tx, job, payload, { afterSeconds } = {}) {
      await boss.send(job.name, payload as object, { db: fromPrisma(tx), startAfter: afterSeconds });
    },
    async work(toRun) {
      for (const handler of toRun) {
        const { definition } = handler;
        const options = {
          pollingIntervalSeconds: POLL_S,
          notifyPollingIntervalSeconds: POLL_S,
          localConcurrency: AT_ONCE_PER_QUEUE,
          batchSize: 1,
        };
        await boss.work(definition.name, options, async ([job]) => {
          if (!job) return;
          try {
            await handler.run(job.data);
          } catch (error) {
            log.error({ err: error, job: definition.name, jobId: job.id }, 'job failed');
            throw error;
          }
        });
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: 10_000 }),
  };
}
