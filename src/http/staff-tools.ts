import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import { codedError } from '../graphql/errors.ts';
import { ProviderAway } from '../staff/provider.ts';
import { beginStaffSignIn, finishStaffSignIn, hasStaffSignIn, readStaffSession } from '../staff/sign-in.ts';
import { sendError, sendHtml } from './answer.ts';
import { graphiqlPage } from './graphiql.ts';
import { type Parts, serveGraphql } from './graphql.ts';
import { isFromOurPage } from './origin.ts';
import type { Route } from './routes.ts';

const GRAPHIQL = '/graphiql';
const CALLBACK = `${GRAPHIQL}/callback`;
/** They are sent below GraphiQL's own address and nowhere else. */
const COOKIES = { session: '__Secure-staff', begun: '__Secure-staff-sign-in' } as const;

/** GraphiQL as developers have it: anybody's, on their own machine. */
export const serveOpenGraphiql: Route = async (_request, response) =>
  sendGraphiql(response, await graphiqlPage('developer'));

/** GraphiQL for staff, who sign in through the operator's provider; no routes where there is none. */
export function openStaffTools(parts: Parts, publicUrl: () => string): Map<string, Route> {
  if (!hasStaffSignIn(parts.app.config)) return new Map();
  return new Map<string, Route>([
    [`GET ${GRAPHIQL}`, throughProvider((request, response) => show(parts, publicUrl(), request, response))],
    [
      `GET ${CALLBACK}`,
      throughProvider((request, response, url) => comeBack(parts, publicUrl(), url, request, response)),
    ],
    [`POST ${GRAPHIQL}`, (request, response) => run(parts, request, response)],
  ]);
}

/** The page to who is signed in; anybody else goes to the provider. */
async function show(
  { app }: Parts,
  publicUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  if (await readStaffSession(app, cookieOf(request, COOKIES.session)))
    return sendGraphiql(response, await graphiqlPage('staff'));
  const { url, begun, seconds } = await beginStaffSignIn(app, publicUrl + CALLBACK);
  setCookie(response, COOKIES.begun, begun, seconds);
  response.writeHead(303, { location: url.href }).end();
}

/** Back from the provider. */
async function comeBack(
  { app }: Parts,
  publicUrl: string,
  { search }: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const begun = cookieOf(request, COOKIES.begun) ?? '';
  const signedIn = await finishStaffSignIn(app, new URL(publicUrl + CALLBACK + search), begun);
  setCookie(response, COOKIES.begun, '', 0);
  if (!signedIn)
    return sendError(
      response,
      codedError('UNAUTHENTICATED', `Signing in did not work. Go to ${GRAPHIQL} again.`),
    );
  setCookie(response, COOKIES.session, signedIn.session.reveal(), signedIn.seconds);
  response.writeHead(303, { location: GRAPHIQL }).end();
}

/** Without the provider nobody can sign in. */
function throughProvider(route: Route): Route {
  return async (request, response, url) => {
    try {
      await route(request, response, url);
    } catch (error) {
      if (!(error instanceof ProviderAway)) throw error;
      const message = `The provider that you sign in through gives no answer. Go to ${GRAPHIQL} again in a moment.`;
      sendError(response, codedError('UNAVAILABLE', message));
    }
  };
}

/** An operation of the page's. */
async function run(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { app } = parts;
  if (!isFromOurPage(request, app.config))
    return sendError(response, codedError('FORBIDDEN', 'Pages of this origin may not use our cookies.'));
  const staff = await readStaffSession(app, cookieOf(request, COOKIES.session));
  if (!staff)
    return sendError(response, codedError('UNAUTHENTICATED', 'Your session is over: load this page again.'));
  return serveGraphql(parts, request, response, staff);
}

const cookieOf = ({ headers }: IncomingMessage, name: string): string | undefined =>
  parseCookie(headers.cookie ?? '')[name];

/** Lax: the browser comes back from the provider's site with it. What it opens is read by POST, which Lax keeps out. */
const setCookie = (response: ServerResponse, name: string, value: string, maxAge: number) =>
  response.appendHeader(
    'set-cookie',
    stringifySetCookie({
      name,
      value,
      maxAge,
      path: GRAPHIQL,
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
    }),
  );

/** Nobody frames it, and it speaks to nobody but us. */
function sendGraphiql(response: ServerResponse, html: string): void {
  response.setHeader(
    'content-security-policy',
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  response.setHeader('referrer-policy', 'no-referrer');
  sendHtml(response, html);
}
