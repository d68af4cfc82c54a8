import { GraphQLError } from 'graphql';
import { isUnavailable } from '../ports/unavailable.ts';

/** Codes of errors outside the contract's result unions, with the HTTP status that goes with each. */
const STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  CURSOR_EXPIRED: 410,
  TOO_MANY_STREAMS: 429,
  RATE_LIMITED: 429,
  PERSISTED_DOCUMENT_REQUIRED: 400,
  PERSISTED_DOCUMENT_NOT_FOUND: 400,
  QUERY_TOO_COMPLEX: 400,
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
  TIMED_OUT: 504,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** An error for the client, in words that it may show to a developer. */
export const codedError = (code: ErrorCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: httpOf(code) } });

/** `spec: false`: the status is sent whatever media type the client accepts. */
const httpOf = (code: ErrorCode) => ({ status: STATUS[code], spec: false });

export const isCoded = (error: GraphQLError): boolean =>
  Object.hasOwn(STATUS, String(error.extensions['code']));

export const hasCode = (error: unknown, code: ErrorCode): boolean =>
  error instanceof GraphQLError && error.extensions['code'] === code;

/** Whether a result cannot be had for a reason on our side, that may have passed the next time. */
export const isOurFault = ({ extensions }: GraphQLError): boolean =>
  ['INTERNAL_SERVER_ERROR', 'UNAVAILABLE', 'TIMED_OUT'].includes(String(extensions['code']));

/** What an error came from, behind the places that GraphQL adds on its way. */
const rootOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;

/**
 * What the client gets for an error: ours as they are, GraphQL's own as BAD_USER_INPUT, and for anything unexpected
 * the request's id, under which the log has the rest.
 */
export function maskError(error: unknown, requestId: string, report: (error: unknown) => void): GraphQLError {
  const root = rootOf(error);
  const where = error instanceof GraphQLError ? error : undefined;
  if (root instanceof GraphQLError) {
    if (!isCoded(root)) return located(badInput(where ?? root), where);
    return located(root, where);
  }
  if (isImpossibleValue(root))
    return located(codedError('BAD_USER_INPUT', 'A value is not of the form that it must have.'), where);
  report(root);
  if (isUnavailable(root))
    return located(codedError('UNAVAILABLE', 'This cannot be had just now. Try again in a moment.'), where);
  const masked = codedError(
    'INTERNAL_SERVER_ERROR',
    `Something went wrong on our side. Request ${requestId}`,
  );
  masked.extensions['requestId'] = requestId;
  return located(masked, where);
}

/** Prisma's words for a value that a column cannot hold, and for a cursor of another list or of somebody's own making. */
const isImpossibleValue = (error: unknown): boolean =>
  error instanceof Error &&
  (['P2007', 'P2023'].includes((error as { code?: string }).code ?? '') ||
    (error.name === 'PrismaClientValidationError' && /^\s+cursor: /m.test(error.message)));

/** What GraphQL says of a wrong value, as far as it does not quote the value. */
const QUOTES_NOTHING =
  /^(Expected (?:a )?value of non-null type "[\w![\]]+" (?:to be provided|not to be null)\.|Expected value of type "\w+" (?:to be an object|to include required field "\w+"|not to include unknown field "\w+")|Expected an? [\w +:".-]+\.$|\w+ cannot represent (?:an? )?[\w -]+ value)/;

/** A complaint about the document without the value in it that it quotes; where that stands is said beside it. */
const withoutValue = (message: string): string =>
  message
    .replace(/ value: .*$/s, ' value.')
    .replace(/, found:? .*$/s, '.')
    .replace(/^(Syntax Error: Unexpected \w+) ".*$/s, '$1.')
    .replace(/^Value ".*" does not exist/s, 'This value does not exist');

/** How graphql-js begins to say that a variable does not fit (17, `execution/values`): which, where in it, and why. */
const BAD_VARIABLE = /^Variable "\$(\w+)" has invalid (?:default )?value(?: at ([\w.[\]]+))?: (.*)$/s;

/**
 * GraphQL's own complaints as BAD_USER_INPUT. They quote the value, and that may be a password: of those about
 * variables only the place stays, and the reason where it quotes nothing.
 */
export function badInput(error: GraphQLError): GraphQLError {
  const [, variable, place, reason = ''] = BAD_VARIABLE.exec(error.message) ?? [];
  if (!variable) return located(codedError('BAD_USER_INPUT', withoutValue(error.message)), error);
  const [known] = QUOTES_NOTHING.exec(reason) ?? [];
  const parts = [
    `Variable "$${variable}" does not fit its type`,
    place && ` at "${variable}${place}"`,
    known && `: ${known}`,
  ];
  return located(codedError('BAD_USER_INPUT', parts.filter(Boolean).join('')), error);
}

/** The same error with the place in the document that it happened at. */
const located = (coded: GraphQLError, where: GraphQLError | undefined): GraphQLError =>
  where
    ? new GraphQLError(coded.message, {
        nodes: where.nodes,
        source: where.source,
        positions: where.positions,
        path: where.path,
        extensions: coded.extensions,
      })
    : coded;
