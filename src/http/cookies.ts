import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Config } from '../config.ts';
import type { SessionCookies } from '../graphql/context.ts';

/** The prefix binds them to this very host, over TLS or on the machine itself (RFC 6265bis, 4.1.3.2). */
const NAMES = { access: '__Host-access', refresh: '__Host-refresh', device: '__Host-device' } as const;
const DAY_S = 86_400;
/** As long as browsers keep any cookie (RFC 6265bis, 5.5). */
const DEVICE_DAYS = 400;

/** A session's cookies in a request; `access` speaks for it like an Authorization header. */
export interface CookiesOfRequest {
  access: string | undefined;
  refresh: string | undefined;
  device: string | undefined;
}

export function readCookies({ headers }: IncomingMessage): CookiesOfRequest {
  const cookies = parseCookie(headers.cookie ?? '');
  return { access: cookies[NAMES.access], refresh: cookies[NAMES.refresh], device: cookies[NAMES.device] };
}

/** What resolvers may do with them: no script in a page reads them, and no other site's request brings them. */
export function sessionCookies(
  given: CookiesOfRequest,
  response: ServerResponse,
  config: Pick<Config, 'REFRESH_TOKEN_DAYS'>,
): SessionCookies {
  const set = (name: string, value: string, maxAge: number) =>
    response.appendHeader(
      'set-cookie',
      stringifySetCookie({
        name,
        value,
        maxAge,
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'strict',
      }),
    );
  return {
    refreshToken: given.refresh,
    deviceToken: given.device,
    keep: ({ accessToken, refreshToken, deviceToken }) => {
      const maxAge = config.REFRESH_TOKEN_DAYS * DAY_S;
      // Beyond the token's own end: a page that comes back then learns that it has to refresh.
      set(NAMES.access, accessToken, maxAge);
      set(NAMES.refresh, refreshToken, maxAge);
      set(NAMES.device, deviceToken, DEVICE_DAYS * DAY_S);
    },
    forget: () => {
      set(NAMES.access, '', 0);
      set(NAMES.refresh, '', 0);
    },
  };
}
