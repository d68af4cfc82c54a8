import {
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino';
import type { Config } from '../config.ts';
import { currentScope } from './scope.ts';
import { currentTraceId } from './trace.ts';

/** What a line may say beside its message: ids that are ours, and words and figures of the code. */
const ALLOWED = new Set([
  'attachments',
  'code',
  'encoding',
  'err',
  'job',
  'jobId',
  'kind',
  'line',
  'lines',
  'oddity',
  'order',
  'outcome',
  'reads',
  'reason',
  'requestId',
  'segments',
  'sms',
  'state',
  'status',
  'traceId',
  'url',
  'waitMs',
  'what',
]);

/** Whatever else somebody wrote into a line is left out, and its name said, so that it is found. */
function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields);
  const kept = entries.filter(([name]) => ALLOWED.has(name));
  if (kept.length === entries.length) return fields;
  const dropped = entries.filter(([name]) => !ALLOWED.has(name)).map(([name]) => name);
  return { ...Object.fromEntries(kept), dropped };
}

/** An error, what caused it, what caused that. */
function causes(error: Error): Error[] {
  const found: Error[] = [];
  for (let at: unknown = error; at instanceof Error && !found.includes(at); at = at.cause) found.push(at);
  return found;
}

/** What an error says itself; one of several, such as a connection tried at each address of a name, says nothing. */
const saidBy = (error: Error): string =>
  error instanceof AggregateError && !error.message
    ? error.errors.map((each) => (each instanceof Error ? saidBy(each) : String(each))).join('; ')
    : error.message.split('\n').at(-1)!;

/** Errors of the database quote statements with their values: the last line says what is wrong, the rest is not for a log. */
export function errorForLog(thrown: unknown): {
  type: string;
  code: unknown;
  message: string;
  stack: string;
} {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { type, stack } = stdSerializers.err(error);
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type,
    code: (error as { code?: unknown }).code,
    message: causes(error).map(saidBy).join(': '),
    stack: places.join('\n'),
  };
}

/** Which request, order or job a line belongs to, and which trace. */
function whatFor(): object {
  const { requestId, orderId, job } = currentScope() ?? {};
  const traceId = currentTraceId();
  return {
    ...(requestId ? { requestId } : {}),
    ...(orderId ? { order: orderId } : {}),
    ...(job ? { job } : {}),
    ...(traceId ? { traceId } : {}),
  };
}

/** JSON lines, on standard output unless told. */
export const openLog = (config: Pick<Config, 'LOG_LEVEL'>, destination?: DestinationStream): Logger => {
  const options: LoggerOptions = {
    level: config.LOG_LEVEL,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: errorForLog },
    formatters: { log: allowed },
    mixin: whatFor,
  };
  return destination ? pino(options, destination) : pino(options);
};
