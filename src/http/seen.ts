import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Config } from '../config.ts';
import { isCoded } from '../graphql/errors.ts';
import {
  errors as errorsAnswered,
  httpResponses,
  limitsRefused,
  operationSeconds,
  streamsOpen,
} from '../seeing/metrics.ts';
import { inSpan, inTrace } from '../seeing/trace.ts';
import type { Operation } from './operation.ts';

type Transport = 'http' | 'sse' | 'websocket';

/** What an operation is called where it is counted: registered names are few, and what callers make up is `other`. */
const seenName = ({ registered }: Pick<Operation, 'registered'>): string => registered?.name ?? 'other';

/** Runs an operation as a step of its request; a socket's is a door of its own. */
export async function seeOperation<Result>(
  operation: Pick<Operation, 'registered'>,
  transport: Transport,
  run: () => Promise<Result>,
): Promise<Result> {
  const name = seenName(operation);
  const facts = { 'graphql.operation.name': name };
  const ended = operationSeconds.startTimer({ operation: name, transport });
  try {
    return transport === 'websocket'
      ? await inTrace(`operation ${name}`, { kind: 'request', facts }, run)
      : await inSpan(`operation ${name}`, facts, run);
  } finally {
    ended();
  }
}

/** Counts errors as they leave, by code. */
export function seeErrors(errors: readonly GraphQLError[] | undefined): void {
  for (const error of errors ?? [])
    errorsAnswered.inc({ code: isCoded(error) ? String(error.extensions['code']) : 'other' });
}

const ROOMS = ['graphql', 'graphiql', 'files', 'oauth', 'health', 'callbacks', '.well-known', 'dev'];

/** The room that an address belongs to: its first word, if it is one of ours. */
export const roomOf = (path: string): string => {
  const [, first = ''] = path.split('/', 2);
  return ROOMS.includes(first) ? first : 'web';
};

/** A request as the beginning of a trace; or in one that comes from a proxy that is believed. */
export function seeRequest(
  { TRUST_PROXY }: Pick<Config, 'TRUST_PROXY'>,
  { method = '', headers }: IncomingMessage,
  response: ServerResponse,
  room: string,
  answer: () => Promise<void>,
): Promise<void> {
  const given = TRUST_PROXY === 0 ? undefined : headers['traceparent'];
  const traceparent = typeof given === 'string' ? given : undefined;
  const facts = { 'http.request.method': method, 'http.route': `/${room}` };
  return inTrace(`${method} /${room}`, { kind: 'request', traceparent, facts }, async (step) => {
    await answer();
    step.note({ 'http.response.status_code': response.statusCode });
  });
}

export const seeResponse = (room: string, { statusCode, destroyed, headersSent }: ServerResponse): void =>
  httpResponses.inc({ room, status: headersSent || !destroyed ? String(statusCode) : 'none' });

/** Counts a stream from now on, until its place is given back. */
export function seeStream(leave: () => void): () => void {
  let isOpen = true;
  streamsOpen.inc();
  return () => {
    if (isOpen) streamsOpen.dec();
    isOpen = false;
    leave();
  };
}

export const seeRefused = (what: 'sockets' | 'streams' | 'operations' | 'downloads'): void =>
  limitsRefused.inc({ limit: `${what} at once` });
