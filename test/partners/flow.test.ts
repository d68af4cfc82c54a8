import { exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  PartnerActivateServiceDocument,
  PartnerCancelServiceOrderDocument,
  PartnerGrantsDocument,
  PartnerIdentityDocument,
  PartnerLineDocument,
  PartnerOrderByKeyDocument,
  PartnerServiceOrderUpdatedDocument,
  PartnerServicesDocument,
  PartnerSpendingDocument,
  RevokeDocument,
} from '../../src/generated/operations.ts';
import { addPartner, BadPartner, removePartner, setKeys } from '../../src/partners/partners.ts';
import { readPartnerDocuments } from '../../src/partners/documents.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { lockLine } from '../../src/orders/lock-line.ts';
import { ownerChanged } from '../../src/subscriber/line-changes.ts';
import { all, type Client } from '../support/client.ts';
import {
  authorizationRequest,
  Browser,
  registerPartner,
  REDIRECT,
  type TestPartner,
} from '../support/partner.ts';
import { Gate } from '../support/gate.ts';
import { globalId } from '../support/global-id.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const PHONE = '+79160000001';
const OTHER = '+79160000008';
/** After which a stream would find out by itself. */
const SWEEP_MS = 60_000;
let product: Running;
const worker = new Gate();
let partner: TestPartner;
beforeAll(async () => {
  product = await startProduct({ reach: worker.reach });
  partner = await registerPartner(product, 'weather');
});
afterAll(() => product.stop());
const lineOf = (phoneNumber: string) =>
  product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber } });
afterEach(() => product.app.db.subscriber.updateMany({ data: { simChangedAt: null } }));

const speakingFor = (token: string): Client => Object.assign(product.client('en'), { token });
async function subscriber(phoneNumber: string): Promise<Client> {
  return speakingFor(await openSession(product.app, phoneNumber));
}
async function letIn(scopes?: Parameters<TestPartner['letIn']>[1], phoneNumber = PHONE): Promise<Client> {
  const tokens = await partner.letIn(await Browser.of(product, phoneNumber), scopes);
  return speakingFor(tokens.access_token);
}

describe('a subscriber lets a partner in', () => {
  test('the consent names what is asked in plain words, in the subscriber’s language', async () => {
    const browser = await Browser.of(product, PHONE);
    const { url } = await authorizationRequest(partner.config, ['line:read', 'services:write']);
    const consent = await browser.reachConsent(url);
    const read = async (language: string) => {
      const headers = { accept: 'application/json', 'accept-language': language };
      return (await browser.fetch(consent, { headers })).json();
    };
    expect(await read('en')).toEqual({
      partnerName: 'The weather',
      scopes: [
        { scope: 'line:read', text: 'see your name, number and balance' },
        { scope: 'services:write', text: 'add and remove services, paid ones included' },
      ],
    });
    expect(JSON.stringify(await read('ru'))).toContain('видеть ваше имя, номер и баланс');
    expect(JSON.stringify(await read('nl'))).toContain('diensten aan en uit te zetten');
  });

  test('whoever wants something to show gets our page there, under its policy', async () => {
    const browser = await Browser.of(product, PHONE);
    const { url } = await authorizationRequest(partner.config, ['line:read']);
    const headers = { accept: 'text/html,*/*;q=0.8' };
    const page = await browser.fetch(await browser.reachConsent(url), { headers });
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self' /);
    expect(await page.text()).toBe(await (await fetch(product.url)).text());
  });

  test('the partner is PARTNER with its scopes, `me` is its subscriber', async () => {
    const client = await letIn(['line:read', 'services:read']);
    const { identity, me } = await client.run(PartnerIdentityDocument);
    expect(identity).toMatchObject({
      kind: 'PARTNER',
      name: 'The weather',
      scopes: ['line:read', 'services:read'],
    });
    expect(me!.id).toBe(globalId('Subscriber', (await lineOf(PHONE)).id));
    expect((await client.run(PartnerLineDocument)).me!.phoneNumber).toBe(PHONE);
  });

  test('the owner is told by SMS', async () => {
    const before = await product.client().smsTo(OTHER);
    await letIn(['line:read'], OTHER);
    const told = async () => {
      const messages = await product.client().smsTo(OTHER);
      expect(messages.length).toBe(before.length + 1);
      expect(messages[0]!.text).toBe('An app was let into your account. Not you? Call support');
    };
    await vi.waitFor(told, { timeout: 60_000 });
  });

  test('consenting again widens the one leave', async () => {
    const narrow = await letIn(['line:read'], OTHER);
    await letIn(['spending:read'], OTHER);
    const { me } = await (await subscriber(OTHER)).run(PartnerGrantsDocument);
    expect(me!.partnerGrants.map(({ partnerName, scopes }) => ({ partnerName, scopes }))).toEqual([
      { partnerName: 'The weather', scopes: ['line:read', 'spending:read'] },
    ]);
    // A token has what it was asked for, whatever was allowed since
    expect((await narrow.run(PartnerIdentityDocument)).identity.scopes).toEqual(['line:read']);
  });

  test('a refresh brings a new access token, with fewer scopes where fewer are asked for', async () => {
    const { refresh_token: refresh } = await partner.letIn(await Browser.of(product, PHONE));
    product.clock.advance({ minutes: 11 });
    const fresh = await oauth.refreshTokenGrant(partner.config, refresh!, { scope: 'line:read' });
    const client = speakingFor(fresh.access_token);
    expect((await client.run(PartnerIdentityDocument)).identity.scopes).toEqual(['line:read']);
    // Its answer may have been lost: the same token works again
    expect((await oauth.refreshTokenGrant(partner.config, refresh!)).access_token).toMatch(/^[\w-]{43}/);
  });

  test('an access token is over after ten minutes', async () => {
    const client = await letIn();
    product.clock.advance({ minutes: 11 });
    expect(await client.post({ query: '{ me { id } }' })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_DOCUMENT_REQUIRED' } }],
    });
    await expect(client.run(PartnerIdentityDocument)).rejects.toThrow('UNAUTHENTICATED');
  });

  test('each use is in the subscriber’s log, newest first', async () => {
    const client = await letIn(['line:read', 'spending:read']);
    await client.run(PartnerLineDocument);
    await client.run(PartnerSpendingDocument);
    const { me } = await (await subscriber(PHONE)).run(PartnerGrantsDocument, { first: 2 });
    const [grant] = me!.partnerGrants;
    expect(grant!.uses.edges.map(({ node }) => node.operationName)).toEqual([
      'PartnerSpending',
      'PartnerLine',
    ]);
    expect(grant!.lastUsedAt).toBe(grant!.uses.edges[0]!.node.at);
    expect(grant!.uses.totalCount).toBeGreaterThanOrEqual(2);
  });
});

describe('a partner orders', () => {
  test('and takes back its order while the network has not got it', async () => {
    const client = await letIn();
    const reader = await letIn(['services:read']);
    const input = { serviceCode: 'ANTISPAM', idempotencyKey: 'taken back' };
    worker.stopBefore('step/taken-up');
    const { activateService } = await client.run(PartnerActivateServiceDocument, { input });
    if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
    const { id: orderId } = activateService.order;
    await expect(reader.run(PartnerCancelServiceOrderDocument, { input: { orderId } })).rejects.toThrow(
      'FORBIDDEN',
    );
    const { cancelServiceOrder } = await client.run(PartnerCancelServiceOrderDocument, {
      input: { orderId },
    });
    expect(cancelServiceOrder).toMatchObject({
      __typename: 'ServiceOrderCancelled',
      order: { id: orderId, state: 'CANCELLED' },
    });
    worker.goOn();
  });

  test('and is told that there is too little on the account, but not how much, unless it may know', async () => {
    const { id, phoneNumber } = await newLine(product.app.db);
    await topUp(product.app, { subscriberId: id, amount: 1_23n, reference: 'little' });
    const input = { serviceCode: 'CALL_FORWARDING', idempotencyKey: 'too dear' };
    const told = async (scopes: Parameters<typeof letIn>[0]) => {
      const client = await letIn(scopes, phoneNumber);
      const { activateService } = await client.run(PartnerActivateServiceDocument, { input });
      return activateService;
    };
    expect(await told(['services:read', 'services:write'])).toMatchObject({
      __typename: 'InsufficientFunds',
      message: expect.stringMatching(
        /^RUB\s30\.00 is needed, and there is less on the account\. Top it up\.$/,
      ),
    });
    expect(await told(['services:read', 'services:write', 'line:read'])).toMatchObject({
      message: expect.stringContaining('1.23'),
    });
  });

  test('by its own channel and under its own keys', async () => {
    const client = await letIn();
    const input = { serviceCode: 'CALLER_ID', idempotencyKey: 'one' };
    const owner = await subscriber(PHONE);
    const { me } = await client.run(PartnerServicesDocument, { first: 3 });
    expect(
      new Set(me!.services.edges.flatMap(({ node }) => node.actions.map(({ channel }) => channel))),
    ).toEqual(new Set(['PARTNER']));
    const open = me!.services.edges.length && (await client.run(PartnerServicesDocument, { first: 100 }));
    const service =
      open &&
      open.me!.services.edges.find(({ node }) =>
        node.actions.some(({ kind, allowed }) => kind === 'ACTIVATE' && allowed),
      )!.node.service.code;
    input.serviceCode = service as string;
    const { activateService } = await client.run(PartnerActivateServiceDocument, { input });
    expect(activateService).toMatchObject({
      __typename: 'ServiceOrderAccepted',
      order: { channel: 'PARTNER' },
    });
    const again = await client.run(PartnerActivateServiceDocument, { input });
    const idIn = (result: typeof activateService) =>
      result.__typename === 'ServiceOrderAccepted' ? result.order.id : undefined;
    expect(idIn(again.activateService)).toBe(idIn(activateService));
    const { orderByKey } = await client.run(PartnerOrderByKeyDocument, { idempotencyKey: 'one' });
    expect(orderByKey).toMatchObject({ id: idIn(activateService) });
    expect((await owner.query('{ orderByKey(idempotencyKey: "one") { __typename } }')).data).toEqual({
      orderByKey: null,
    });
    const events = client.overSse(PartnerServiceOrderUpdatedDocument, {
      orderId: idIn(activateService)!,
      after: null,
    });
    const states: string[] = [];
    for await (const { serviceOrderUpdated } of events) states.push(serviceOrderUpdated.state);
    expect(states.at(-1)).toBe('COMPLETED');
  });
});

test('a partner that was given another key proves itself with that one alone, and keeps everybody’s leave', async () => {
  const rotating = await registerPartner(product, 'rotating');
  const { refresh_token: refresh } = await rotating.letIn(await Browser.of(product, '+79160000004'));
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'two', alg: 'ES256' };
  await expect(setKeys(product.app, 'rotating', { keys: [await exportJWK(privateKey)] })).rejects.toThrow(
    BadPartner,
  );
  await expect(setKeys(product.app, 'nobody', { keys: [key] })).rejects.toThrow(BadPartner);
  await setKeys(product.app, 'rotating', { keys: [key] });
  await expect(oauth.refreshTokenGrant(rotating.config, refresh!)).rejects.toMatchObject({
    error: 'invalid_client',
  });
  const config = await oauth.discovery(
    new URL(`${product.url}/oauth`),
    'rotating',
    undefined,
    oauth.PrivateKeyJwt({ key: privateKey, kid: 'two' }),
    { execute: [oauth.allowInsecureRequests] },
  );
  expect((await oauth.refreshTokenGrant(config, refresh!)).access_token).toMatch(/^[\w-]{43}/);
});

describe('leave ends', () => {
  const grantOf = async (owner: Client) => (await owner.run(PartnerGrantsDocument)).me!.partnerGrants[0]!;

  test('when its subscriber revokes it: at the next request, and for the refresh token', async () => {
    const browser = await Browser.of(product, PHONE);
    const tokens = await partner.letIn(browser);
    const client = speakingFor(tokens.access_token);
    const owner = await subscriber(PHONE);
    const { id } = await grantOf(owner);
    expect(await owner.run(RevokeDocument, { id })).toMatchObject({ revoke: { __typename: 'Revoked', id } });
    await expect(client.run(PartnerIdentityDocument)).rejects.toThrow('UNAUTHENTICATED');
    await expect(oauth.refreshTokenGrant(partner.config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect((await owner.run(PartnerGrantsDocument)).me!.partnerGrants).toEqual([]);
    expect((await owner.run(RevokeDocument, { id })).revoke.__typename).toBe('NotFound');
  });

  test('and what the partner has open closes: a socket with 4401, a stream with UNAUTHENTICATED', async () => {
    const client = await letIn();
    product.app.devTools.network.steer({ hold: true });
    const stream = client.overSse(PartnerServiceOrderUpdatedDocument, {});
    const over = (async () => {
      for (;;) if ((await stream.next()).done) return 'done';
    })().catch(String);
    const closed = new Promise<{ code: number }>((resolve) => {
      const socket = client.openSocket(resolve);
      const payload = { query: '', documentId: idOf(PartnerServiceOrderUpdatedDocument) } as never;
      socket.subscribe(payload, { next: () => {}, error: () => {}, complete: () => {} });
    });
    await vi.waitFor(async () => {
      const { _count } = await product.app.db.partnerUse.aggregate({
        where: { operationName: 'PartnerServiceOrderUpdated' },
        _count: true,
      });
      expect(_count).toBeGreaterThanOrEqual(3);
    }, 60_000);
    const owner = await subscriber(PHONE);
    await owner.run(RevokeDocument, { id: (await grantOf(owner)).id });
    expect((await closed).code).toBe(4401);
    expect(await over).toContain('UNAUTHENTICATED');
    product.app.devTools.network.steer({ hold: false });
  });

  test('when the partner gives its refresh token back', async () => {
    const tokens = await partner.letIn(await Browser.of(product, PHONE));
    await oauth.tokenRevocation(partner.config, tokens.refresh_token!);
    await expect(speakingFor(tokens.access_token).run(PartnerIdentityDocument)).rejects.toThrow(
      'UNAUTHENTICATED',
    );
  });

  test('when the partner is removed', async () => {
    const gone = await registerPartner(product, 'gone');
    const tokens = await gone.letIn(await Browser.of(product, PHONE));
    await removePartner(product.app, 'gone');
    await expect(speakingFor(tokens.access_token).run(PartnerIdentityDocument)).rejects.toThrow(
      'UNAUTHENTICATED',
    );
    await expect(oauth.refreshTokenGrant(gone.config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_client',
    });
  });

  test('and what a removed partner has open closes at once, for every line', async () => {
    const gone = await registerPartner(product, 'gone-at-once');
    const ends: Promise<string>[] = [];
    for (const phoneNumber of [PHONE, OTHER]) {
      const { access_token: token } = await gone.letIn(await Browser.of(product, phoneNumber));
      const stream = speakingFor(token).overSse(PartnerServiceOrderUpdatedDocument, {});
      ends.push(all(stream).then(() => 'complete', String));
    }
    const uses = () => product.app.db.partnerUse.count({ where: { grant: { partnerId: 'gone-at-once' } } });
    await vi.waitUntil(async () => (await uses()) === 2, { timeout: 60_000 });
    const began = performance.now();
    await removePartner(product.app, 'gone-at-once');
    for (const end of ends) expect(await end).toContain('UNAUTHENTICATED');
    expect(performance.now() - began).toBeLessThan(SWEEP_MS);
  });

  test('in part, when the partner’s registration or the leave itself is narrowed: at the next request', async () => {
    const narrowed = await registerPartner(product, 'narrowed');
    const { access_token: token } = await narrowed.letIn(await Browser.of(product, PHONE));
    const scopes = async () => (await speakingFor(token).run(PartnerIdentityDocument)).identity.scopes;
    expect(await scopes()).toEqual(expect.arrayContaining(['line:read', 'services:read', 'spending:read']));
    const { partner: partners, partnerGrant: grants } = product.app.db;
    await partners.update({ where: { id: 'narrowed' }, data: { scopes: ['line:read', 'services:read'] } });
    expect(await scopes()).toEqual(['line:read', 'services:read']);
    await grants.updateMany({ where: { partnerId: 'narrowed' }, data: { scopes: ['line:read'] } });
    expect(await scopes()).toEqual(['line:read']);
  });

  test('when the line has a new owner', async () => {
    const tokens = await partner.letIn(await Browser.of(product, OTHER));
    const { id, fullName } = await lineOf(OTHER);
    await ownerChanged(product.app, id, { fullName, passport: undefined });
    await expect(speakingFor(tokens.access_token).run(PartnerIdentityDocument)).rejects.toThrow(
      'UNAUTHENTICATED',
    );
  });

  test('nobody but its subscriber sees or ends it', async () => {
    const client = await letIn();
    const { id } = await grantOf(await subscriber(PHONE));
    const stranger = await subscriber(OTHER);
    expect((await stranger.run(RevokeDocument, { id })).revoke.__typename).toBe('NotFound');
    expect((await stranger.query('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({
      node: null,
    });
    expect((await client.run(PartnerIdentityDocument)).identity.kind).toBe('PARTNER');
  });
});

describe('refused', () => {
  const refusal = async (run: Promise<unknown>) => {
    const error = (await run.catch((reason: unknown) => reason)) as { error?: string };
    return error.error;
  };

  test('by the subscriber: the partner hears access_denied', async () => {
    const browser = await Browser.of(product, PHONE);
    const { url, checks } = await authorizationRequest(partner.config, ['line:read']);
    const answer = await browser.answer(await browser.reachConsent(url), 'refuse');
    const end = (await browser.follow(((await answer.json()) as { redirectTo: string }).redirectTo)) as URL;
    expect(await refusal(oauth.authorizationCodeGrant(partner.config, end, checks))).toBe('access_denied');
  });

  test('for 24 hours after a SIM change', async () => {
    const { id } = await lineOf(PHONE);
    const simChangedAt = new Date(product.clock.now().getTime() - 23 * 3_600_000);
    await product.app.db.subscriber.update({ where: { id }, data: { simChangedAt } });
    await expect(letIn()).rejects.toThrow('The SIM was changed lately');
    product.clock.advance({ hours: 2 });
    expect((await (await letIn()).run(PartnerIdentityDocument)).identity.kind).toBe('PARTNER');
  });

  test('to who is not signed in, and to a page of another origin', async () => {
    const { url } = await authorizationRequest(partner.config, ['line:read']);
    const stranger = new Browser(product);
    expect((await stranger.answer(await stranger.reachConsent(url), 'allow')).status).toBe(401);
    const browser = await Browser.of(product, PHONE);
    const consent = await browser.reachConsent(url);
    expect((await browser.answer(consent, 'allow', { origin: 'https://evil.example' })).status).toBe(403);
  });

  test('to who is signed out while their answer waits for the line', async () => {
    const { db, clock } = product.app;
    const { id: subscriberId } = await db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE } });
    const leaves = () => db.partnerGrant.findMany({ where: { subscriberId }, orderBy: { id: 'asc' } });
    const before = await leaves();
    const { url } = await authorizationRequest(partner.config, ['tariff:read']);
    const browser = await Browser.of(product, PHONE);
    const consent = await browser.reachConsent(url);
    const waiting = async () => {
      const [{ count }] = await db.$queryRaw<[{ count: number }]>`
        SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return count;
    };
    const answer = await db.$transaction(
      async (tx) => {
        await lockLine(tx, subscriberId);
        const answered = browser.answer(consent, 'allow');
        await expect.poll(waiting).toBe(1);
        await tx.session.updateMany({ where: { subscriberId }, data: { endedAt: clock.now() } });
        return { answered };
      },
      { timeout: 30_000 },
    );
    expect((await answer.answered).status).toBe(401);
    expect(await leaves()).toEqual(before);
  });

  test('to a browser that did not begin the request', async () => {
    const { url } = await authorizationRequest(partner.config, ['line:read']);
    const consent = await new Browser(product).reachConsent(url);
    expect((await (await Browser.of(product, PHONE)).answer(consent, 'allow')).status).toBe(404);
  });

  test.each([
    ['without PKCE', (url: URL) => url.searchParams.delete('code_challenge'), 'invalid_request'],
    [
      'with a plain challenge',
      (url: URL) => url.searchParams.set('code_challenge_method', 'plain'),
      'invalid_request',
    ],
    [
      'for the implicit flow',
      (url: URL) => url.searchParams.set('response_type', 'token'),
      'unsupported_response_type',
    ],
    ['for a scope that there is not', (url: URL) => url.searchParams.set('scope', 'menu:read'), ''],
  ])('an authorization request %s', async (_name, spoil, error) => {
    const { url } = await authorizationRequest(partner.config, ['line:read']);
    spoil(url);
    const browser = await Browser.of(product, PHONE);
    const end = await browser.follow(url);
    if (error) expect((end as URL).searchParams.get('error') ?? (end as URL).hash).toContain(error);
    // Nothing that we know is asked for: nothing is given
    else expect(end instanceof URL ? end.searchParams.get('code') : null).toBeNull();
  });

  test('an authorization request for another address is answered here, not there', async () => {
    const { url } = await authorizationRequest(partner.config, ['line:read']);
    url.searchParams.set('redirect_uri', 'https://evil.example/callback');
    const end = await (await Browser.of(product, PHONE)).follow(url);
    expect((end as Response).status).toBe(400);
  });

  test('a scope beyond the partner’s own', async () => {
    const small = await registerPartner(product, 'small', { scopes: ['line:read'] });
    const { url } = await authorizationRequest(small.config, ['line:read', 'services:write']);
    const end = (await (await Browser.of(product, PHONE)).follow(url)) as URL;
    expect(end.searchParams.get('error')).toBe('invalid_scope');
  });

  test('a code: twice, with another verifier, by another partner, after a minute', async () => {
    const browser = await Browser.of(product, PHONE);
    const begin = async () => {
      const request = await authorizationRequest(partner.config, ['line:read']);
      return { ...request, callback: await browser.allow(request.url) };
    };
    const wrong = await begin();
    const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
    expect(
      await refusal(
        oauth.authorizationCodeGrant(partner.config, wrong.callback, { ...wrong.checks, pkceCodeVerifier }),
      ),
    ).toBe('invalid_grant');
    const other = await registerPartner(product, 'other');
    // A certified client sees by the issuer that nothing is wrong with it; the code is still not the other's
    expect(await refusal(oauth.authorizationCodeGrant(other.config, wrong.callback, wrong.checks))).toBe(
      'invalid_grant',
    );
    const { callback, checks } = await begin();
    const tokens = await oauth.authorizationCodeGrant(partner.config, callback, checks);
    expect(await refusal(oauth.authorizationCodeGrant(partner.config, callback, checks))).toBe(
      'invalid_grant',
    );
    // Whoever shows it twice may have stolen it: what it brought is over, too
    await expect(speakingFor(tokens.access_token).run(PartnerIdentityDocument)).rejects.toThrow(
      'UNAUTHENTICATED',
    );
    const late = await begin();
    product.clock.advance({ seconds: 61 });
    expect(await refusal(oauth.authorizationCodeGrant(partner.config, late.callback, late.checks))).toBe(
      'invalid_grant',
    );
  });

  test('one code shown twenty times at once brings tokens once at the most', async () => {
    const request = await authorizationRequest(partner.config, ['line:read']);
    const callback = await (await Browser.of(product, PHONE)).allow(request.url);
    const tries = Array.from({ length: 20 }, () =>
      oauth.authorizationCodeGrant(partner.config, callback, request.checks),
    );
    const won = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    expect(won.length).toBeLessThanOrEqual(1);
  });

  test('a client that cannot prove who it is: another’s key, a secret, nothing', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const request = await authorizationRequest(partner.config, ['line:read']);
    const callback = await (await Browser.of(product, PHONE)).allow(request.url);
    const proofs = [
      oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
      oauth.ClientSecretPost('guess'),
      oauth.None(),
    ];
    for (const proof of proofs) {
      const impostor = new oauth.Configuration(partner.config.serverMetadata(), partner.id, undefined, proof);
      oauth.allowInsecureRequests(impostor);
      expect(await refusal(oauth.authorizationCodeGrant(impostor, callback, request.checks))).toMatch(
        /invalid_client|invalid_request/,
      );
    }
  });

  test('an authorization server’s state tells no token', async () => {
    const tokens = await partner.letIn(await Browser.of(product, PHONE));
    const rows = JSON.stringify(await product.app.db.oauthState.findMany());
    expect(rows).not.toContain(tokens.access_token);
    expect(rows).not.toContain(tokens.refresh_token);
    expect(product.log()).not.toContain(tokens.access_token);
  });

  test('a registration with what is not safe', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const key = { ...(await exportJWK(publicKey)), kid: 'one' };
    const good = {
      id: 'fine',
      name: 'Fine',
      scopes: ['line:read' as const],
      redirectUris: [REDIRECT],
      jwks: { keys: [key as never] },
      operations: ['PartnerLine'],
    };
    const documents = await readPartnerDocuments();
    const bad = [
      { id: 'Fine!' },
      { scopes: ['menu:read' as never] },
      { redirectUris: ['http://partner.example/callback'] },
      { redirectUris: ['https://partner.example/callback#part'] },
      { jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'one' } as never] } },
      { operations: ['Account'] },
      { id: 'weather' },
    ];
    for (const fault of bad)
      await expect(addPartner(product.app, documents, { ...good, ...fault })).rejects.toThrow(BadPartner);
    await addPartner(product.app, documents, good);
  });
});

function idOf(document: unknown): string {
  return (document as { __meta__: { hash: string } }).__meta__.hash;
}
