import { randomUUID } from 'node:crypto';
import { initContextCache } from '@pothos/core';
import type { DocumentNode } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { type Context, Loaders, type SessionCookies } from '../graphql/context.ts';
import { codedError, maskError } from '../graphql/errors.ts';
import { HotReads } from '../graphql/hot-reads.ts';
import { ignoresCredential } from '../graphql/sensitive.ts';
import { schema } from '../graphql/schema.ts';
import { traceResolvers } from '../graphql/trace-resolvers.ts';
import { guestWhatever, type Lives, type Viewer, viewerOf, viewerOfSession } from '../graphql/viewer.ts';
import { negotiateLanguage } from '../messages/language.ts';
import type { App } from '../ports/app.ts';
import type { Quota } from '../partners/use.ts';
import type { StaffMember } from '../staff/tokens.ts';
import type { SessionKey } from '../sign-in/tokens.ts';
import { isTracing } from '../seeing/trace.ts';
import { admitViewer } from './admission.ts';
import { readDocuments } from './documents.ts';
import { executeOperations } from './execution.ts';
import type { Registered } from './persisted.ts';
import { currentRequestId } from './request-scope.ts';
import { seeErrors } from './seen.ts';
import { SessionLook } from './session-look.ts';
import { inTime } from './within.ts';

/** What a transport knows of a request before it is executed. */
export interface RequestFacts {
  authorization: string | undefined;
  /** The one that a socket was opened with, in the place of a header. */
  session?: SessionKey | undefined;
  address: string;
  cookies: SessionCookies | undefined;
  acceptLanguage: string | undefined;
  /** The variables as they came. */
  variables: Record<string, unknown> | undefined;
  /** Which of the document's operations is executed; absent: its only one. */
  operationName: string | undefined;
  /** Whether the transport carries streams; absent: it does not. */
  streams?: boolean | undefined;
  /** The registered document that is executed; absent: a text of the caller's own. */
  registered?: Registered | undefined;
  /** The member of staff who is signed in to GraphiQL. */
  staff?: StaffMember | undefined;
  /** Says how a partner stands with its quota, where the transport has a place for it. */
  tellQuota?: ((quota: Quota) => void) | undefined;
}

export type Yoga = YogaServerInstance<RequestFacts, Context>;

/** Parsing, validation, execution and masking: one pipeline for HTTP, SSE and WebSocket. */
export function openYoga(app: App): Yoga {
  if (isTracing()) traceResolvers(schema);
  const hotReads = new HotReads(app);
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
    parserAndValidationCache: false,
    plugins: [readDocuments(app.config), executeOperations(app.config), refuseStreams, errorsAreSeen],
    context: (facts) => inTime(app, contextFor(app, hotReads, facts)),
    maskedErrors: { maskError: (error) => maskError(error, currentRequestId() ?? randomUUID(), report) },
  });
}

/** A subscription is answered with a stream of events, so the client has to accept one; then it does not come here. */
const refuseStreams: Plugin = {
  onSubscribe: ({ setResultAndStopExecution }) => {
    const advice = 'Send a subscription with Accept: text/event-stream, or over WebSocket.';
    setResultAndStopExecution({ errors: [codedError('BAD_USER_INPUT', advice)] });
  },
};

/** What leaves over the transports that carry results themselves is seen there. */
const errorsAreSeen: Plugin = {
  onResultProcess: ({ result }) => {
    if ('errors' in result) seeErrors(result.errors);
  },
};

async function contextFor(
  app: App,
  hotReads: HotReads,
  facts: RequestFacts & { document?: DocumentNode },
): Promise<Context> {
  const { acceptLanguage, document, operationName, variables, address, cookies } = facts;
  const look = new SessionLook(app, hotReads, facts);
  const asked = viewerFor(app, facts, (session) => look.lives(session));
  const viewer = await (document && ignoresCredential(document, operationName)
    ? asked.catch(guestWhatever)
    : asked);
  await admitViewer(app, viewer, document, facts);
  return {
    ...initContextCache(),
    app,
    viewer,
    language: negotiateLanguage(acceptLanguage),
    requestId: currentRequestId() ?? randomUUID(),
    address,
    cookies,
    loaders: new Loaders(app),
    hotReads,
    variables,
    found: look.found,
    weighed: false,
    opened: new Set(),
    lookedUp: false,
  };
}

async function viewerFor(
  app: App,
  { staff, session, authorization }: RequestFacts,
  lives: Lives,
): Promise<Viewer> {
  if (staff) return { kind: 'STAFF', ...staff };
  return session ? viewerOfSession(session, lives) : viewerOf(app, authorization, lives);
}
