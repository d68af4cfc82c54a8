import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { askerOf } from '../graphql/actor.ts';
import { codedError } from '../graphql/errors.ts';
import { guestUnless, type Viewer, viewerOf } from '../graphql/viewer.ts';
import { consentWords } from '../messages/consent.ts';
import { momentIn, negotiateLanguage } from '../messages/language.ts';
import { CONSENT_PATH, openAuthorizationServer } from '../partners/authorization-server.ts';
import { allowPartner } from '../partners/grants.ts';
import { grantName } from '../partners/oauth-state.ts';
import { OUTAGE } from '../partners/outage.ts';
import { type PartnerScope, scopesIn } from '../partners/scopes.ts';
import type { App } from '../ports/app.ts';
import { sendError, sendJson } from './answer.ts';
import { readBody } from './body.ts';
import { readCookies } from './cookies.ts';
import { isFromOurPage } from './origin.ts';
import { inTime, TOO_LONG, within } from './within.ts';

const PREFIX = '/oauth';
const MAX_ANSWER_BYTES = 1_024;
/** The authorization server's memory of who was here: ours is the session's own cookie, asked for each time. */
const REMEMBERED = /(?:^|; *)_partner_session(?:\.sig|\.legacy|\.legacy\.sig)?=[^;]*/g;

/** Answers what is below /oauth: the authorization server's own addresses, and the subscriber's consent. */
export type ServeOauth = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

export const isOauth = (path: string): boolean => path.startsWith(`${PREFIX}/`);

/** `publicUrl`: what clients call us, asked at the first request. */
export function openOauth(app: App, publicUrl: () => string): ServeOauth {
  let opened: Promise<Provider> | undefined;
  return async (request, response, { pathname }) => {
    opened ??= openAuthorizationServer(app, publicUrl() + PREFIX);
    const provider = await opened;
    mount(request, new URL(publicUrl()));
    if (pathname.startsWith(PREFIX + CONSENT_PATH))
      return inTime(app, serveConsent(app, provider, request, response));
    const late = () => {
      app.log.warn(TOO_LONG);
      tellLate(response);
    };
    await within(app.config.OPERATION_SECONDS, provider.callback()(request, response), late);
  };
}

/** As the authorization server itself tells of a database that it cannot have. */
function tellLate(response: ServerResponse): void {
  if (!response.headersSent) sendJson(response, OUTAGE.status, OUTAGE.body);
}

/** As a server of its own would see it: its addresses begin where ours has its prefix, and it has our public name. */
function mount(request: IncomingMessage, { host, protocol }: URL): void {
  const url = request.url!;
  Object.assign(request, { originalUrl: url, url: url.slice(PREFIX.length) });
  request.headers['x-forwarded-host'] = host;
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  request.headers.cookie = request.headers.cookie?.replaceAll(REMEMBERED, '').replace(/^; */, '');
}

/** What a partner asks for, while its request has not expired. */
interface Question {
  partnerId: string;
  partnerName: string;
  scopes: PartnerScope[];
}

/**
 * The subscriber's consent, as JSON for our page, which a browser gets at the same address: what is asked, by GET; the
 * answer, by POST with the session's cookie.
 */
async function serveConsent(
  app: App,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const language = negotiateLanguage(request.headers['accept-language']);
  const words = consentWords(language);
  response.setHeader('cache-control', 'no-store');
  const question = await questionIn(app, provider, request, response);
  if (!question) return refuse(response, 'NOT_FOUND', words.expired);
  if (request.method === 'GET') return show(response, words, question);
  if (request.method !== 'POST')
    return sendError(response, codedError('BAD_USER_INPUT', 'Read it by GET, answer by POST.'));
  if (!isFromOurPage(request, app.config)) return refuse(response, 'FORBIDDEN', 'Answer from our own page.');
  const decision = await decisionIn(request);
  if (!decision)
    return sendError(response, codedError('BAD_USER_INPUT', 'Answer with a decision: allow or refuse.'));
  if (decision === 'refuse') return goOn(provider, request, response, { error: 'access_denied' });
  const viewer = await signedIn(app, request);
  if (!viewer) return refuse(response, 'UNAUTHENTICATED', words.signInFirst);
  const { subscriberId } = viewer.session;
  const { stillMay } = askerOf(app, viewer);
  const grant = await allowPartner(app, { subscriberId, ...question, language, stillMay });
  if ('until' in grant) {
    const until = momentIn(language, grant.timeZone, grant.until, app.clock.now());
    return refuse(response, 'FORBIDDEN', words.recentSimChange(until));
  }
  const login = { accountId: subscriberId, remember: false };
  await goOn(provider, request, response, { login, consent: { grantId: grantName(grant) } });
}

/** The request that this browser began, by the cookie that it got then: nobody answers somebody else's. */
async function questionIn(
  app: App,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Question | undefined> {
  const interaction = await provider.interactionDetails(request, response).catch(ifExpired);
  if (!interaction || !request.url?.endsWith(`/${interaction.uid}`)) return undefined;
  const { client_id: id, scope } = interaction.params as { client_id: string; scope?: string };
  const partner = await app.db.partner.findFirst({ where: { id, removedAt: null } });
  if (!partner) return undefined;
  return {
    partnerId: id,
    partnerName: partner.name,
    scopes: scopesIn((scope ?? '').split(' ')).filter((one) => partner.scopes.includes(one)),
  };
}

/** Nothing in place of a request that is not there, or not this browser's. */
async function ifExpired(error: unknown): Promise<undefined> {
  const { errors } = await import('oidc-provider');
  if (!(error instanceof errors.SessionNotFound)) throw error;
}

function show(
  response: ServerResponse,
  words: ReturnType<typeof consentWords>,
  { partnerName, scopes }: Question,
): void {
  sendJson(response, 200, {
    partnerName,
    scopes: scopes.map((scope) => ({ scope, text: words.scopes[scope] })),
  });
}

async function decisionIn(request: IncomingMessage): Promise<string | undefined> {
  const body = await readBody(request, MAX_ANSWER_BYTES).catch(() => '');
  return /"decision"\s*:\s*"(allow|refuse)"/.exec(body)?.[1];
}

/** The subscriber whose cookie came along; an app's token has no business here. */
async function signedIn(
  app: App,
  request: IncomingMessage,
): Promise<Extract<Viewer, { kind: 'SUBSCRIBER' }> | undefined> {
  const { access } = readCookies(request);
  const viewer = access ? await viewerOf(app, `Bearer ${access}`).catch(guestUnless) : undefined;
  return viewer?.kind === 'SUBSCRIBER' ? viewer : undefined;
}

/** Back to the authorization server, which sends the browser on to the partner. */
async function goOn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  result: Parameters<Provider['interactionResult']>[2],
): Promise<void> {
  sendJson(response, 200, { redirectTo: await provider.interactionResult(request, response, result) });
}

const refuse = (
  response: ServerResponse,
  code: 'NOT_FOUND' | 'FORBIDDEN' | 'UNAUTHENTICATED',
  message: string,
): void => sendError(response, codedError(code, message));
