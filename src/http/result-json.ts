import type { ExecutionResult, GraphQLError } from 'graphql';
import { WrittenResult } from '../graphql/written-result.ts';

/** What is sent for a result; the status that an error has belongs to the answer's head. */
export const jsonOf = (result: ExecutionResult): string | Buffer =>
  result instanceof WrittenResult ? result.json : textFor(result);

const textFor = ({ errors, ...rest }: ExecutionResult): string =>
  JSON.stringify(errors ? { errors: errors.map(withoutStatus), ...rest } : rest);

function withoutStatus(error: GraphQLError) {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, ...own } = extensions ?? {};
  return { ...rest, extensions: own };
}
