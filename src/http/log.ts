import {
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino';
import type { Config } from '../config.ts';
import { currentRequestId } from './request-scope.ts';

/** Errors of the database quote statements with their values: the last line says what is wrong, the rest is not for a log. */
function errorForLog(error: unknown): object {
  const { type, stack, message } = stdSerializers.err(error as Error) ?? {};
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type,
    code: (error as { code?: unknown }).code,
    message: message.split('\n').at(-1),
    stack: places.join('\n'),
  };
}

/** JSON lines, on standard output unless told; those of a request carry its id. */
export const openLog = (config: Pick<Config, 'LOG_LEVEL'>, destination?: DestinationStream): Logger => {
  const options: LoggerOptions = {
    level: config.LOG_LEVEL,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: errorForLog },
    mixin: () => {
      const requestId = currentRequestId();
      return requestId ? { requestId } : {};
    },
  };
  return destination ? pino(options, destination) : pino(options);
};
