import { randomUUID } from 'node:crypto';
import { type DocumentNode, getOperationAST, type GraphQLError } from 'graphql';
import { createYoga, isAsyncIterable, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { type Context, createLoaders, type SessionCookies } from '../graphql/context.ts';
import { badInput, codedError, maskError } from '../graphql/errors.ts';
import { ignoresCredential, oneSensitiveField } from '../graphql/sensitive.ts';
import { schema } from '../graphql/schema.ts';
import { GUEST, isUnauthenticated, type Viewer, viewerOf, viewerOfSession } from '../graphql/viewer.ts';
import { negotiateLanguage } from '../messages/language.ts';
import type { App } from '../ports/app.ts';
import type { SessionKey } from '../sign-in/tokens.ts';
import { currentRequestId } from './request-scope.ts';
import { endWithSession } from './session-end.ts';

/** What a transport knows of a request before it is executed. */
export interface RequestFacts {
  authorization: string | undefined;
  /** The one that a socket was opened with, in the place of a header. */
  session?: SessionKey | undefined;
  address: string;
  cookies: SessionCookies | undefined;
  acceptLanguage: string | undefined;
  /** Which of the document's operations is executed; absent: its only one. */
  operationName: string | undefined;
}

export type Yoga = YogaServerInstance<RequestFacts, Context>;

/** Parsing, validation, execution and masking: one pipeline for HTTP, SSE and WebSocket. */
export function openYoga(app: App): Yoga {
  const report = (err: unknown) => app.log.error({ err }, 'unexpected error');
  return createYoga<RequestFacts & { document?: DocumentNode }, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: false,
    cors: false,
    logging: false,
    plugins: [keepDocument, codeValidation, streamsOnly, streamsEndWithSession, staffAreSeen],
    context: (facts) => contextFor(app, facts),
    maskedErrors: { maskError: (error) => maskError(error, currentRequestId() ?? randomUUID(), report) },
  });
}

const keepDocument: Plugin<{ document?: DocumentNode }> = {
  onParse:
    () =>
    ({ result, extendContext }) =>
      extendContext({ document: result }),
};

/** A document that does not fit the schema, or our own rule, is bad input like any other. */
const codeValidation: Plugin = {
  onValidate: ({ addValidationRule }) => {
    addValidationRule(oneSensitiveField);
    return ({ valid, result, setResult }) => {
      if (!valid) setResult((result as GraphQLError[]).map(badInput));
    };
  },
};

/** A subscription is answered with a stream of events, so the client has to accept one. */
const streamsOnly: Plugin = {
  onExecutionResult: (answer) => {
    const accepts = answer.request.headers.get('accept') ?? '';
    if (!isAsyncIterable(answer.result) || accepts.includes('text/event-stream')) return;
    void answer.result[Symbol.asyncIterator]().return?.();
    const advice = 'Send a subscription with Accept: text/event-stream, or over WebSocket.';
    answer.setResult({ errors: [codedError('BAD_USER_INPUT', advice)] });
  },
};

/** Whatever the transport, a stream is over when the session that opened it is. */
const streamsEndWithSession: Plugin<Context> = {
  onSubscribe: ({ args }) => ({
    onSubscribeResult: ({ result, setResult }) => {
      const { app, viewer } = args.contextValue as Context;
      if (isAsyncIterable(result) && viewer.kind === 'SUBSCRIBER')
        setResult(endWithSession(app.sessionWatch, viewer.session, result));
    },
  }),
};

/** Which lines a member of staff has seen is written down, operation by operation. */
const staffAreSeen: Plugin<Context> = {
  onExecute: ({ args }) => ({
    onExecuteDone: () => {
      const { app, viewer, opened } = args.contextValue as Context;
      if (viewer.kind === 'STAFF' && opened.size)
        app.staffReads.add(viewer, nameOf(args.document, args.operationName), opened);
    },
  }),
};

const nameOf = (document: DocumentNode, operationName: string | null | undefined): string =>
  getOperationAST(document, operationName)?.name?.value ?? 'unnamed';

async function contextFor(app: App, facts: RequestFacts & { document?: DocumentNode }): Promise<Context> {
  const { authorization, session, acceptLanguage, document, operationName, address, cookies } = facts;
  const viewer = session ? viewerOfSession(app, session) : viewerOf(app, authorization);
  return {
    app,
    viewer: await (document && ignoresCredential(document, operationName)
      ? viewer.catch(guestUnless)
      : viewer),
    language: negotiateLanguage(acceptLanguage),
    requestId: currentRequestId() ?? randomUUID(),
    address,
    cookies,
    loaders: createLoaders(app),
    opened: new Set(),
  };
}

/** A credential that is no longer good is none; any other fault is not the credential's. */
function guestUnless(error: unknown): Viewer {
  if (isUnauthenticated(error)) return GUEST;
  throw error;
}
