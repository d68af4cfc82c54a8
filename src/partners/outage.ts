import type { Adapter } from 'oidc-provider';
import { isUnavailable } from '../ports/unavailable.ts';

/** What partners are told of it, by a word that OAuth has (RFC 6749, 4.1.2.1). */
export const OUTAGE = {
  status: 503,
  body: { error: 'temporarily_unavailable', error_description: 'Try again in a moment' },
} as const;

async function outage(cause: unknown): Promise<Error> {
  const { errors } = await import('oidc-provider');
  const { status, body } = OUTAGE;
  const error = new errors.CustomOIDCProviderError(body.error, body.error_description, { cause });
  return Object.assign(error, { status, statusCode: status });
}

/** The same, but that a database which cannot be had just now is no fault of the server's. */
export function tellingOutages(adapter: Adapter): Adapter {
  const told = Object.entries(adapter).map(([name, work]) => [
    name,
    async (...given: never[]) => {
      try {
        return await (work as (...given: never[]) => unknown)(...given);
      } catch (error) {
        throw isUnavailable(error) ? await outage(error) : error;
      }
    },
  ]);
  return Object.fromEntries(told) as Adapter;
}
