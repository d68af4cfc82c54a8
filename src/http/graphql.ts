import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { codedError } from '../graphql/errors.ts';
import { sendError } from './answer.ts';
import { BodyTooLarge, readBody } from './body.ts';
import { type Operation, operationFrom } from './operation.ts';
import type { PersistedDocuments } from './persisted.ts';
import type { Yoga } from './yoga.ts';

/** What we answer with (GraphQL over HTTP, 6.1). */
const ANSWERS = /\*\/\*|application\/(\*|json|graphql-response\+json)|text\/event-stream/i;

interface Parts {
  yoga: Yoga;
  documents: PersistedDocuments;
  maxBodyBytes: number;
}

/** POST /graphql: JSON in; JSON out, or a stream of events where the client accepts one. */
export async function serveGraphql(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let operation: Operation;
  try {
    operation = operationFrom(await jsonBody(request, parts.maxBodyBytes), parts.documents);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return sendError(response, error);
  }
  const { authorization, 'accept-language': acceptLanguage, accept = '*/*' } = request.headers;
  if (!ANSWERS.test(accept)) {
    const error = codedError('BAD_USER_INPUT', 'Accept application/json, or text/event-stream for a stream.');
    error.extensions['http'] = { status: 406 };
    return sendError(response, error);
  }
  // Yoga takes a body that was read already from here, as the frameworks leave it.
  Object.assign(request, { body: operation });
  await parts.yoga(request, response, {
    authorization,
    acceptLanguage,
    operationName: operation.operationName,
  });
}

async function jsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  // Only a client that was written for us sends this type across origins: a form in a page cannot.
  if (!/^application\/(graphql\+)?json\b/i.test(request.headers['content-type'] ?? ''))
    throw codedError('BAD_USER_INPUT', 'Send JSON, with Content-Type: application/json.');
  try {
    return JSON.parse(await readBody(request, maxBytes));
  } catch (error) {
    if (error instanceof BodyTooLarge)
      throw codedError('BAD_USER_INPUT', `A request has ${maxBytes / 1024} KiB at the most.`);
    if (error instanceof SyntaxError) throw codedError('BAD_USER_INPUT', 'The body is not JSON.');
    throw error;
  }
}
