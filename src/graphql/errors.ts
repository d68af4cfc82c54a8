import { GraphQLError } from 'graphql';

/** Codes of errors outside the contract's result unions, with the HTTP status that goes with each. */
const STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  CURSOR_EXPIRED: 410,
  PERSISTED_DOCUMENT_REQUIRED: 400,
  PERSISTED_DOCUMENT_NOT_FOUND: 400,
  QUERY_TOO_COMPLEX: 400,
  INTERNAL_SERVER_ERROR: 500,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** An error for the client, in words that it may show to a developer. */
export const codedError = (code: ErrorCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: STATUS[code] } } });

/** One of ours is passed on as it is. */
const isCoded = (error: GraphQLError): boolean => Object.hasOwn(STATUS, String(error.extensions['code']));

/**
 * What the client gets for an error: ours as they are, GraphQL's own as BAD_USER_INPUT, and for anything unexpected
 * the request's id, under which the log has the rest.
 */
export function maskError(error: unknown, requestId: string, report: (error: unknown) => void): GraphQLError {
  if (error instanceof GraphQLError) {
    if (isCoded(error)) return error;
    const cause = error.originalError;
    if (cause instanceof GraphQLError && isCoded(cause)) return located(cause, error);
    if (!cause) return badInput(error);
  }
  report(error);
  const masked = codedError(
    'INTERNAL_SERVER_ERROR',
    `Something went wrong on our side. Request ${requestId}`,
  );
  masked.extensions['requestId'] = requestId;
  return error instanceof GraphQLError ? located(masked, error) : masked;
}

/** GraphQL's own complaints echo the values of variables, of which one may be a password: only where they point stays. */
function badInput(error: GraphQLError): GraphQLError {
  const message = error.message.replace(
    /^(Variable "\$[\w]+" (?:got|has) invalid value).*?((?: at "[^"]+")?; .*)$/s,
    '$1$2',
  );
  const safe = /invalid value/.test(message)
    ? message.replace(/cannot represent (.*?): .*$/s, 'cannot represent $1.')
    : message;
  const coded = codedError('BAD_USER_INPUT', safe);
  return located(coded, error);
}

const located = (coded: GraphQLError, { nodes, source, positions, path }: GraphQLError): GraphQLError =>
  new GraphQLError(coded.message, { nodes, source, positions, path, extensions: coded.extensions });
