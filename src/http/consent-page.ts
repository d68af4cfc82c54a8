import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Language } from '../generated/prisma/enums.ts';
import type { consentWords } from '../messages/consent.ts';

/** What is asked, or why it cannot be answered. */
export interface ConsentPage {
  language: Language;
  words: ReturnType<typeof consentWords>;
  partnerName?: string;
  scopes?: string[];
  message?: string;
}

const STYLE =
  ':root{color-scheme:light dark;font:1.0625rem/1.5 system-ui,sans-serif}body{max-width:32rem;margin:10vh auto;padding:0 1.25rem}h1{font-size:1.5rem}li{margin:.5rem 0}button{font:inherit;padding:.625rem 1.25rem;margin:1rem .75rem 0 0;border-radius:.5rem;border:1px solid;cursor:pointer}';

/** No script; the one style is allowed by its very text; the page is framed by nobody. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);

const frame = (language: Language, title: string, body: string, head = ''): string =>
  `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<title>${escape(title)}</title><style>${STYLE}</style><main>${body}</main></html>`;

/** The question with its two buttons, or a message and a way to sign in. It works without a script. */
export function sendConsentPage(response: ServerResponse, page: ConsentPage, status = 200): void {
  const { language, words, partnerName = '', scopes = [], message } = page;
  const list = scopes.map((scope) => `<li>${escape(scope)}</li>`).join('');
  const question = `<h1>${escape(words.title(partnerName))}</h1><p>${escape(words.intro(partnerName))}</p><ul>${list}</ul><p>${escape(words.end)}</p><form method="post"><button name="decision" value="allow">${escape(words.allow)}</button><button name="decision" value="refuse">${escape(words.refuse)}</button></form>`;
  const answer = `<p>${escape(message ?? '')}</p><p><a href="/">${escape(words.signIn)}</a></p>`;
  const title = message ?? words.title(partnerName);
  response.writeHead(status, HEADERS).end(frame(language, title, message === undefined ? question : answer));
}

/** On to the next address: not by a redirect, since a form's policy would hold for where that leads as well. */
export function sendGoOn(response: ServerResponse, language: Language, to: string, goOn: string): void {
  const head = `<meta http-equiv="refresh" content="0;url=${escape(to)}">`;
  const body = `<p><a href="${escape(to)}">${escape(goOn)}</a></p>`;
  response.writeHead(200, HEADERS).end(frame(language, goOn, body, head));
}
