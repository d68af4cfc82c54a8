import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';

/**
 * What a process counts. There is one set of them in a process, as there is one heap. A label holds one of a few words
 * of the code; never what a caller made up, of which there would be no end.
 */
export const metrics = new Registry<OpenMetricsContentType>();
metrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
const registers = [metrics];

/** What has not happened yet is 0, not unknown: an alert on it would have nothing to go by. */
function fromZero(counter: Counter, label: string, words: readonly string[]): void {
  for (const word of words) counter.inc({ [label]: word }, 0);
}

export const operationSeconds = new Histogram({
  name: 'assistant_operation_seconds',
  help: 'How long operations took, from their request to their result; of a stream, to its beginning.',
  labelNames: ['operation', 'transport'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
  registers,
});

export const errors = new Counter({
  name: 'assistant_errors_total',
  help: 'Errors that were answered, by their code.',
  labelNames: ['code'],
  registers,
});

export const httpResponses = new Counter({
  name: 'assistant_http_responses_total',
  help: 'Answers over HTTP by the room that gave them and their status.',
  labelNames: ['room', 'status'],
  registers,
});

export const streamsOpen = new Gauge({
  name: 'assistant_streams_open',
  help: 'Subscriptions that are open.',
  registers,
});

export const socketsOpen = new Gauge({
  name: 'assistant_sockets_open',
  help: 'WebSockets that are open.',
  registers,
});

export const limitsRefused = new Counter({
  name: 'assistant_limits_refused_total',
  help: 'What was refused because there had been enough of it.',
  labelNames: ['limit'],
  registers,
});

export const ordersFinished = new Counter({
  name: 'assistant_orders_finished_total',
  help: 'Orders that came to their end.',
  labelNames: ['kind', 'state'],
  registers,
});

export const orderStepsFailed = new Counter({
  name: 'assistant_order_steps_failed_total',
  help: 'Steps of orders that failed; each is taken again.',
  labelNames: ['kind'],
  registers,
});

export const jobRuns = new Counter({
  name: 'assistant_job_runs_total',
  help: 'Runs of jobs.',
  labelNames: ['queue', 'outcome'],
  registers,
});

const HANDED = ['ACCEPTED', 'REFUSED', 'UNKNOWN'];

export const smsSent = new Counter({
  name: 'assistant_sms_total',
  help: 'SMS handed to the SMSC, by what became of that.',
  labelNames: ['outcome'],
  registers,
});
fromZero(smsSent, 'outcome', HANDED);

export const smsReceipts = new Counter({
  name: 'assistant_sms_receipts_total',
  help: 'What the SMSC said later of SMS that it had taken.',
  labelNames: ['state'],
  registers,
});

export const mailSent = new Counter({
  name: 'assistant_mail_total',
  help: 'Mail handed to the mail server, by what became of that.',
  labelNames: ['outcome'],
  registers,
});
fromZero(mailSent, 'outcome', HANDED);

export const fileOperations = new Counter({
  name: 'assistant_file_operations_total',
  help: 'Files written, opened and removed.',
  labelNames: ['operation', 'outcome'],
  registers,
});

export const networkCallSeconds = new Histogram({
  name: 'assistant_network_call_seconds',
  help: 'Calls to the network side: orders handed over, and asked after.',
  labelNames: ['call', 'outcome'],
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers,
});

export const listening = new Gauge({
  name: 'assistant_listening',
  help: '1 while the connection that brings wake-ups is there.',
  registers,
});

/** How a pool of connections stands. */
interface Pool {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}
let pool: Pool | undefined;

/** Has this pool's connections counted, whenever somebody asks. */
export const watchPool = (watched: Pool): void => void (pool = watched);

const databaseConnections = new Gauge({
  name: 'assistant_database_connections',
  help: 'Connections of the pool in use and idle, and those who wait for one.',
  labelNames: ['state'],
  registers,
  collect: () => {
    if (!pool) return;
    databaseConnections.set({ state: 'used' }, pool.totalCount - pool.idleCount);
    databaseConnections.set({ state: 'idle' }, pool.idleCount);
    databaseConnections.set({ state: 'waited for' }, pool.waitingCount);
  },
});

export const databaseUp = new Gauge({
  name: 'assistant_database_up',
  help: '1 if the database answered when these figures were asked for; without it, what is open is not told.',
  registers,
});

export const ordersOpen = new Gauge({
  name: 'assistant_orders_open',
  help: 'Orders that are open, in all processes.',
  labelNames: ['kind', 'state'],
  registers,
});

export const oldestOrderSeconds = new Gauge({
  name: 'assistant_orders_oldest_seconds',
  help: 'How long the oldest open order has been open.',
  labelNames: ['kind', 'state'],
  registers,
});

export const jobsWaiting = new Gauge({
  name: 'assistant_jobs',
  help: 'Jobs that are not done, in all processes.',
  labelNames: ['queue', 'state'],
  registers,
});

export const oldestJobSeconds = new Gauge({
  name: 'assistant_jobs_oldest_seconds',
  help: 'How long the oldest job has been due.',
  labelNames: ['queue', 'state'],
  registers,
});
