import { randomUUID } from 'node:crypto';
import { type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { type Context, createLoaders } from '../graphql/context.ts';
import { badInput, maskError } from '../graphql/errors.ts';
import { schema } from '../graphql/schema.ts';
import { GUEST, viewerOf } from '../graphql/viewer.ts';
import { negotiateLanguage } from '../messages/language.ts';
import type { App } from '../ports/app.ts';
import { currentRequestId } from './request-scope.ts';

/** What a transport knows of a request before it is executed. */
export interface RequestFacts {
  authorization: string | undefined;
  acceptLanguage: string | undefined;
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
    plugins: [keepDocument, codeValidation],
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

/** A document that does not fit the schema is bad input like any other. */
const codeValidation: Plugin = {
  onValidate:
    () =>
    ({ valid, result, setResult }) => {
      if (!valid) setResult((result as GraphQLError[]).map(badInput));
    },
};

async function contextFor(app: App, facts: RequestFacts & { document?: DocumentNode }): Promise<Context> {
  const viewer = viewerOf(app, facts.authorization);
  return {
    app,
    viewer: await (ignoresCredential(facts.document) ? viewer.catch(() => GUEST) : viewer),
    language: negotiateLanguage(facts.acceptLanguage),
    requestId: currentRequestId() ?? randomUUID(),
    loaders: createLoaders(app),
  };
}

/** Whoever signs in, refreshes or signs out is heard whatever old credential comes along. */
const IGNORE_CREDENTIAL = ['signIn', 'refreshSession', 'signOut'];

const ignoresCredential = (document: DocumentNode | undefined): boolean =>
  document?.definitions.every(
    (definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ||
      (definition.kind === Kind.OPERATION_DEFINITION &&
        definition.operation === 'mutation' &&
        definition.selectionSet.selections.every(
          (selection) => selection.kind === Kind.FIELD && IGNORE_CREDENTIAL.includes(selection.name.value),
        )),
  ) ?? false;
