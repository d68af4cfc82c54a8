import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { codedError } from '../graphql/errors.ts';
import type { Config } from '../config.ts';
import type { App } from '../ports/app.ts';
import type { AddressOf } from './address.ts';
import { admitText, quotaHeaders } from './admission.ts';
import { sendError } from './answer.ts';
import { BodyTooLarge, readBody } from './body.ts';
import { type Operation, operationFrom } from './operation.ts';
import { compressAnswer } from './compression.ts';
import { readCookies, sessionCookies } from './cookies.ts';
import type { AnswersUnderWay } from './departure.ts';
import { isFromOurPage } from './origin.ts';
import type { StaffMember } from '../staff/tokens.ts';
import type { PersistedDocuments } from './persisted.ts';
import { answerOnce, jsonTypeFor } from './once.ts';
import type { SocketPlaces } from './places.ts';
import { seeOperation } from './seen.ts';
import { serveStream } from './sse.ts';
import type { RequestFacts, Yoga } from './yoga.ts';

/** What we answer with (GraphQL over HTTP, 6.1). */
const ANSWERS = /\*\/\*|application\/(\*|json|graphql-response\+json)|text\/event-stream/i;

export interface Parts {
  app: App;
  yoga: Yoga;
  documents: PersistedDocuments;
  places: SocketPlaces;
  underWay: AnswersUnderWay;
  addressOf: AddressOf;
}

/**
 * POST /graphql: JSON in; JSON out, or a stream of events where the client accepts one. `staff`: who is signed in to
 * GraphiQL, in the place of any other credential.
 */
export async function serveGraphql(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  staff?: StaffMember,
): Promise<void> {
  const { config } = parts.app;
  // Before anything is waited for: a connection that is gone has no address any more
  const address = parts.addressOf(request);
  let operation: Operation;
  let credentials: Credentials;
  try {
    operation = operationFrom(await jsonBody(request, config.MAX_BODY_KIB * 1024), parts.documents, config);
    credentials = staff
      ? { authorization: undefined, cookies: undefined }
      : credentialsOf(request, response, config);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return sendError(response, error);
  }
  const { 'accept-language': acceptLanguage, accept = '*/*' } = request.headers;
  if (!ANSWERS.test(accept)) {
    const error = codedError('BAD_USER_INPUT', 'Accept application/json, or text/event-stream for a stream.');
    error.extensions['http'] = { status: 406 };
    return sendError(response, error);
  }
  const facts: RequestFacts = {
    ...credentials,
    acceptLanguage,
    address,
    variables: operation.variables,
    operationName: operation.operationName,
    registered: operation.registered,
    staff,
    tellQuota: (quota) => void response.setHeaders(new Map(Object.entries(quotaHeaders(quota)))),
  };
  try {
    await admitText(parts.app, facts);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return sendError(response, error);
  }
  if (accept.includes('text/event-stream') && (await serveStream(parts, operation, facts, response))) return;
  compressAnswer(operation.query, request, response);
  const type = jsonTypeFor(accept);
  if (type) return seeOperation(operation, 'http', () => answerOnce(parts, operation, facts, type, response));
  // Of an operation that is no stream, in a stream's form: rare, and yoga knows how. It takes a body that was read
  // already from here, as the frameworks leave it.
  const { query, operationName, variables } = operation;
  Object.assign(request, { url: '/graphql', body: { query, operationName, variables } });
  await seeOperation(operation, 'http', async () => parts.yoga(request, response, facts));
}

type Credentials = Pick<RequestFacts, 'authorization' | 'cookies'>;

/** What a request shows of whom it speaks for: a header, or a browser's cookies if they come from a page of ours. */
function credentialsOf(request: IncomingMessage, response: ServerResponse, config: Config): Credentials {
  const { authorization } = request.headers;
  const cookies = readCookies(request);
  if (!isFromOurPage(request, config)) {
    if (!authorization && (cookies.access ?? cookies.refresh))
      throw codedError('FORBIDDEN', 'Pages of this origin may not use our cookies.');
    return { authorization, cookies: undefined };
  }
  return {
    authorization: authorization ?? (cookies.access && `Bearer ${cookies.access}`),
    cookies: sessionCookies(cookies, response, config),
  };
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
