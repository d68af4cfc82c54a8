import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { EventAnswers } from '../graphql/event-answers.ts';
import { maskError } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';
import type { Operation } from './operation.ts';
import { check, type Result } from './pipeline.ts';
import { currentRequestId } from './request-scope.ts';
import { jsonOf } from './result-json.ts';
import { seeErrors } from './seen.ts';
import type { RequestFacts, Yoga } from './yoga.ts';

const JSON_TYPES = ['application/json', 'application/graphql-response+json'];

/** The JSON that a client would rather have (GraphQL over HTTP, 6.1); undefined: it accepts none. */
export function jsonTypeFor(accept: string): string | undefined {
  if (JSON_TYPES.includes(accept)) return accept;
  for (const range of accept.toLowerCase().replaceAll(/\s/g, '').split(',')) {
    const [type = '', ...parameters] = range.split(';');
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    if (charset && charset !== 'charset=utf-8') continue;
    if (JSON_TYPES.includes(type)) return type;
    if (type === '*/*' || type === 'application/*') return JSON_TYPES[0];
  }
  return undefined;
}

/**
 * Answers an operation that has one result. Not through yoga's own server: what that makes of Node's request and
 * response costs more than the operation.
 */
export async function answerOnce(
  { app, yoga }: { app: App; yoga: Yoga },
  operation: Operation,
  facts: RequestFacts,
  type: string,
  response: ServerResponse,
): Promise<void> {
  const result = await run(yoga, operation, facts).catch((error: unknown) => ({
    errors: [maskError(error, currentRequestId()!, (err) => app.log.error({ err }, 'unexpected error'))],
  }));
  // A stream that this answer cannot carry was refused before it began
  if (result instanceof EventAnswers) throw new Error('A stream came of an operation that is none.');
  seeErrors(result.errors);
  const json = jsonOf(result);
  // As bytes: the socket would count and encode a text letter by letter
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  response
    .writeHead(statusOf(result), {
      'content-type': `${type}; charset=utf-8`,
      'content-length': bytes.length,
    })
    .end(bytes);
}

async function run(yoga: Yoga, operation: Operation, facts: RequestFacts): Promise<Result> {
  const checked = check(yoga, operation, facts);
  if (!('begin' in checked)) return { errors: checked };
  return (await checked.begin()).run();
}

/** The gravest of what the errors say, whatever there is beside them. */
const statusOf = ({ errors = [] }: ExecutionResult): number =>
  Math.max(
    200,
    ...errors.map(({ extensions }) => (extensions['http'] as { status?: number })?.status ?? 200),
  );
