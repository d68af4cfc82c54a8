import { randomUUID } from 'node:crypto';
import { initContextCache } from '@pothos/core';
import {
  type DocumentNode,
  execute,
  type ExecutionArgs,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  validate,
} from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { type Context, Loaders, type SessionCookies } from '../graphql/context.ts';
import type { Config } from '../config.ts';
import { parseWithin, tooMuchIn } from '../graphql/document-limits.ts';
import { badInput, codedError, isCoded, maskError } from '../graphql/errors.ts';
import { HotReads } from '../graphql/hot-reads.ts';
import { ignoresCredential, oneSensitiveField } from '../graphql/sensitive.ts';
import { schema } from '../graphql/schema.ts';
import { traceResolvers } from '../graphql/trace-resolvers.ts';
import { guestUnless, type Lives, type Viewer, viewerOf, viewerOfSession } from '../graphql/viewer.ts';
import { negotiateLanguage } from '../messages/language.ts';
import type { App } from '../ports/app.ts';
import type { Quota } from '../partners/use.ts';
import type { StaffMember } from '../staff/tokens.ts';
import type { SessionKey } from '../sign-in/tokens.ts';
import { isTracing } from '../seeing/trace.ts';
import { admitViewer } from './admission.ts';
import { keepCatalogueAnswers } from './catalogue-answers.ts';
import { runHotCompiled } from './hot-execution.ts';
import { keepDocuments } from './kept-documents.ts';
import type { Registered } from './persisted.ts';
import { currentRequestId } from './request-scope.ts';
import { seeErrors } from './seen.ts';
import { SessionLook } from './session-look.ts';
import { inTime, tookTooLong, within } from './within.ts';

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

/** What more is wrong with a document tells its author nothing new. */
const MAX_ERRORS = 20;

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
    plugins: [
      executeByGraphqlJs(app.config),
      keepDocument,
      limitDocuments(app.config),
      keepDocuments(),
      runHotCompiled,
      limitTime(app.config),
      refuseStreams,
      staffAreSeen,
      errorsAreSeen,
      keepCatalogueAnswers(),
    ],
    context: (facts) => inTime(app.config, contextFor(app, hotReads, facts)),
    maskedErrors: { maskError: (error) => maskError(error, currentRequestId() ?? randomUUID(), report) },
  });
}

/** Yoga’s own leaves errors unheard in lists of which one entry fails at once while others wait, and they end the process. */
const executeByGraphqlJs = ({ DEV_TOOLS }: Config): Plugin => ({
  onExecute: ({ setExecuteFn }) =>
    setExecuteFn((args: ExecutionArgs) => execute({ ...args, hideSuggestions: !DEV_TOOLS })),
});

const keepDocument: Plugin<{ document?: DocumentNode }> = {
  onParse:
    () =>
    ({ result, extendContext }) =>
      extendContext({ document: result }),
};

/** Reads no more of a document than its limits allow, and answers one that does not fit with what does not. */
const limitDocuments = (config: Config): Plugin => ({
  onParse: ({ setParseFn }) => setParseFn((source, options) => parseWithin(config, source, options)),
  onValidate: ({ addValidationRule, setValidationFn }) => {
    addValidationRule(oneSensitiveField);
    setValidationFn((against: GraphQLSchema, document: DocumentNode, rules) => {
      const refusal = tooMuchIn(document, config);
      return refusal
        ? [refusal]
        : validate(against, document, rules, {
            maxErrors: MAX_ERRORS,
            hideSuggestions: !config.DEV_TOOLS,
          });
    });
    return ({ valid, result, setResult }) => {
      if (!valid)
        setResult((result as GraphQLError[]).map((error) => (isCoded(error) ? error : badInput(error))));
    };
  },
});

/** An operation that takes too long is answered all the same. */
const limitTime = ({ OPERATION_SECONDS }: Config): Plugin => ({
  onExecute: ({ executeFn, setExecuteFn }) =>
    setExecuteFn((args) =>
      within(OPERATION_SECONDS, executeFn(args), () => ({ errors: [tookTooLong(OPERATION_SECONDS)] })),
    ),
});

/** A subscription is answered with a stream of events, so the client has to accept one; then it does not come here. */
const refuseStreams: Plugin = {
  onSubscribe: ({ setResultAndStopExecution }) => {
    const advice = 'Send a subscription with Accept: text/event-stream, or over WebSocket.';
    setResultAndStopExecution({ errors: [codedError('BAD_USER_INPUT', advice)] });
  },
};

/** Which lines a member of staff has seen, or looked for, is written down, operation by operation. */
const staffAreSeen: Plugin<Context> = {
  onExecute: ({ args }) => ({
    onExecuteDone: () => {
      const { app, viewer, opened, lookedUp } = args.contextValue as Context;
      if (viewer.kind === 'STAFF' && (opened.size || lookedUp))
        app.staffReads.add(viewer, nameOf(args.document, args.operationName), opened);
    },
  }),
};

/** What leaves over the transports that carry results themselves is seen there. */
const errorsAreSeen: Plugin = {
  onResultProcess: ({ result }) => {
    if ('errors' in result) seeErrors(result.errors);
  },
};

const nameOf = (document: DocumentNode, operationName: string | null | undefined): string =>
  getOperationAST(document, operationName)?.name?.value ?? 'unnamed';

async function contextFor(
  app: App,
  hotReads: HotReads,
  facts: RequestFacts & { document?: DocumentNode },
): Promise<Context> {
  const { acceptLanguage, document, operationName, variables, address, cookies } = facts;
  const look = new SessionLook(app, hotReads, facts);
  const asked = viewerFor(app, facts, (session) => look.lives(session));
  const viewer = await (document && ignoresCredential(document, operationName)
    ? asked.catch(guestUnless)
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
