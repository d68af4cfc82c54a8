import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { DevMail } from '../adapters/mail/dev-mail.ts';
import type { SimulatedProvisioning } from '../adapters/provisioning/simulated-provisioning.ts';
import type { DevSms } from '../adapters/sms/dev-sms.ts';
import { codedError } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';
import { demoPartner } from '../partners/demo-partner.ts';
import { captchaAnswer } from '../sign-in/captcha.ts';
import { sendError, sendJson } from './answer.ts';
import { readBody } from './body.ts';

export interface DevTools {
  sms: DevSms;
  mail: DevMail;
  network: SimulatedProvisioning;
}

const MAX_BODY_BYTES = 1024;
const steering = z.strictObject({
  delayMs: z.int().min(0).max(600_000).optional(),
  failureRate: z.number().min(0).max(1).optional(),
  hold: z.boolean().optional(),
});

/** What a developer needs instead of a phone and a network. These routes exist only while DEV_TOOLS is on. */
export async function serveDevTools(
  app: Pick<App, 'clock' | 'config' | 'secrets'>,
  tools: DevTools,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = `${request.method} ${url.pathname}`;
  if (route === 'GET /dev/sms')
    return sendJson(response, 200, await tools.sms.sent(url.searchParams.get('phoneNumber') ?? undefined));
  if (route === 'GET /dev/mail')
    return sendJson(response, 200, await tools.mail.sent(url.searchParams.get('to') ?? undefined));
  if (route.startsWith('GET /dev/mail/')) {
    const attachment = await tools.mail.attachment(url.pathname);
    if (attachment) return sendFile(response, attachment);
  }
  if (route === 'GET /dev/partner') return sendJson(response, 200, await demoPartner(app));
  if (route.startsWith('GET /dev/captcha/')) {
    const answer = await captchaAnswer(app, url.pathname.slice('/dev/captcha/'.length));
    if (answer) return sendJson(response, 200, { answer });
  }
  if (route === 'POST /dev/network') {
    const given = steering.safeParse(
      await readBody(request, MAX_BODY_BYTES)
        .then(JSON.parse)
        .catch(() => undefined),
    );
    if (!given.success)
      return sendError(response, codedError('BAD_USER_INPUT', 'Steer with { delayMs, failureRate, hold }.'));
    tools.network.steer(given.data);
    return sendJson(response, 200, given.data);
  }
  sendError(response, codedError('NOT_FOUND', 'There is nothing here.'));
}

/** To be saved, never shown: what is in it was not made for this origin. */
function sendFile(
  response: ServerResponse,
  { contentType, content }: { contentType: string; content: Readable },
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType, 'content-disposition': 'attachment' });
  return pipeline(content, response);
}
