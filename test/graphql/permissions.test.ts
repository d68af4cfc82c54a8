import { type GraphQLObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import type { Client } from '../support/client.ts';
import { addEvents, addOrder } from '../support/events.ts';
import { globalId } from '../support/global-id.ts';
import { Browser, registerPartner } from '../support/partner.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { documentFor, type Given, type Step, waysThrough } from '../support/ways.ts';
import { INHERITED, PERMISSIONS, type Role, ROLES, type Rule } from './permissions.ts';

const OWNER = '+79160000001';
const STRANGER = '+79160000008';
const objectTypes = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'));

let product: Running;
let given: Given;
let ways: Map<string, Step[]>;
/** Of an app that may do for the owner whatever an app may. */
let partnerToken: string;
beforeAll(async () => {
  product = await startProduct({ works: false });
  for (const phoneNumber of [STRANGER, OWNER]) await makeSomethingOfEach(phoneNumber);
  const ids = await idsOf(OWNER);
  given = { ids, args: { ...(await argumentsFor()), 'Query.nodes': { ids: Object.values(ids) } } };
  ways = waysThrough(schema, given);
  const partner = await registerPartner(product, 'app');
  partnerToken = (await partner.letIn(await Browser.of(product, OWNER))).access_token;
});
afterAll(() => product.stop());

const lineOf = (phoneNumber: string) =>
  product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber }, include: { sessions: true } });

/** A session, an open order that streams begin with, and one that failed: what there is to be seen on a line. */
async function makeSomethingOfEach(phoneNumber: string): Promise<void> {
  await openSession(product.app, phoneNumber);
  const { id: subscriberId } = await lineOf(phoneNumber);
  const failed = await addOrder(product.app, subscriberId, 'WEATHER');
  await product.app.db.serviceOrder.updateMany({
    where: { id: failed },
    data: { state: 'FAILED', failureCode: 'REFUSED_BY_NETWORK', finishedAt: new Date() },
  });
  const open = await addOrder(product.app, subscriberId, 'VOICEMAIL');
  await addEvents(product.app, { subscriberId, orderId: open, count: 1 });
  const { db } = product.app;
  const now = new Date();
  const quote = { subscriberId, tariffCode: 'TALK', switchFee: 0n, createdAt: now, expiresAt: now };
  await db.tariffQuote.create({ data: quote });
  const change = await db.tariffChange.create({
    data: {
      subscriberId,
      fromTariffCode: 'SMART',
      toTariffCode: 'TALK',
      fee: 0n,
      language: 'en',
      createdAt: now,
    },
  });
  await addEvents(product.app, { subscriberId, orderId: change.id, count: 1, kind: 'TARIFF_CHANGE' });
  const period = { from: now, to: now, dataCompleteThrough: now, createdAt: now };
  const detail = await db.detailOrder.create({
    data: { subscriberId, ...period, format: 'CSV', delivery: 'DOWNLOAD', fee: 0n, language: 'en' },
  });
  await addEvents(product.app, { subscriberId, orderId: detail.id, count: 1, kind: 'DETAIL_ORDER' });
  await addGrant(subscriberId);
}

/** A partner's leave, used once. */
async function addGrant(subscriberId: string): Promise<void> {
  const { db } = product.app;
  const now = new Date();
  const partner = { id: 'weather', name: 'Weather', jwks: {}, createdAt: now };
  await db.partner.upsert({ where: { id: 'weather' }, create: partner, update: {} });
  const grant = await db.partnerGrant.create({
    data: { subscriberId, partnerId: 'weather', createdAt: now },
  });
  await db.partnerUse.create({
    data: { subscriberId, grantId: grant.id, at: now, operationName: 'PartnerLine' },
  });
}

/** Something of each type that has ids, of the owner's where it is a line's: one line here for a new type. */
async function idsOf(phoneNumber: string): Promise<Record<string, string>> {
  const { id, sessions } = await lineOf(phoneNumber);
  const order = await product.app.db.serviceOrder.findFirstOrThrow({
    where: { subscriberId: id, state: 'FAILED' },
  });
  const { db } = product.app;
  const where = { subscriberId: id };
  const [quote, change, detail, charge, grant] = await Promise.all([
    db.tariffQuote.findFirstOrThrow({ where }),
    db.tariffChange.findFirstOrThrow({ where }),
    db.detailOrder.findFirstOrThrow({ where }),
    db.ledgerEntry.findFirstOrThrow({ where: { ...where, amount: { lt: 0n } } }),
    db.partnerGrant.findFirstOrThrow({ where }),
  ]);
  const raw = {
    Subscriber: id,
    TariffQuote: `${id}/${quote.id}`,
    TariffChange: `${id}/${change.id}`,
    DetailOrder: `${id}/${detail.id}`,
    Charge: `${id}/${charge.id}`,
    PartnerGrant: `${id}/${grant.id}`,
    ServiceOrder: `${id}/${order.id}`,
    SubscriberService: `${id}/VOICEMAIL`,
    Session: `${id}/${sessions[0]!.id}`,
    Service: 'INTERNET_TURBO',
    Tariff: 'SMART',
  };
  return Object.fromEntries(Object.entries(raw).map(([type, key]) => [type, globalId(type, key)]));
}

/** Arguments that cannot be made up: ids of nothing, for whoever may name something. */
async function argumentsFor(): Promise<Given['args']> {
  const { id } = await lineOf(OWNER);
  const nothing = (type: string) => globalId(type, id, id);
  return {
    'Query.subscriber': { phoneNumber: OWNER },
    'Mutation.cancelServiceOrder': { input: { orderId: nothing('ServiceOrder') } },
    'Mutation.revoke': { id: nothing('Session') },
    'Mutation.changeTariff': { input: { quoteId: nothing('TariffQuote'), idempotencyKey: 'k' } },
    'Mutation.orderDetail': {
      input: { from: '2020-01-01', to: '2020-01-01', format: 'CSV', idempotencyKey: 'k' },
    },
    'Mutation.assistServiceOrder': {
      input: {
        subscriberId: globalId('Subscriber', id),
        kind: 'ACTIVATE',
        serviceCode: 'NOTHING',
        idempotencyKey: 'k',
      },
    },
  };
}

/** Each has a session of their own: some of what they ask for ends it. */
const TOKENS: Record<Role, () => Promise<string | undefined>> = {
  guest: async () => undefined,
  owner: () => openSession(product.app, OWNER),
  stranger: () => openSession(product.app, STRANGER),
  support: () => devStaffToken(product.app, ['support']),
  staff: () => devStaffToken(product.app, ['accounting']),
  partner: async () => partnerToken,
};

interface Answer {
  data?: any;
  errors?: { extensions: { code: string } }[];
}

async function ask(role: Role, query: string): Promise<Answer> {
  const client = product.client('en');
  client.token = await TOKENS[role]();
  return query.startsWith('subscription') ? firstOf(client, query) : client.query(query);
}

/** What a stream brings first: a result, or why there is no stream. */
async function firstOf(client: Client, query: string): Promise<Answer> {
  const abort = new AbortController();
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: { ...client.headers, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal: abort.signal,
  });
  // What is refused before it is looked at gets no stream
  if (response.headers.get('content-type')?.includes('json')) return (await response.json()) as Answer;
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [, result] = /^data: (.+)$/m.exec(text) ?? [];
    if (result) return JSON.parse(result);
  }
  throw new Error(text);
}

/** An error’s code, or how far the answer went along the way: `elsewhere` is not where that leads. */
function outcomeOf(way: Step[], last: Step, { data, errors }: Answer): string {
  if (errors) return errors[0]!.extensions.code;
  let at = data;
  for (const [i, { field }] of way.entries()) {
    at = at[field.name];
    if (Array.isArray(at)) [at] = at;
    if (at == null) return i === 0 ? 'hidden' : 'elsewhere';
  }
  return last.field.name in at ? 'allowed' : 'elsewhere';
}

/** What the table says of a field; whoever may ask for the field that leads to it, where it says no more. */
function expected(way: Step[], { of, field }: Step): Rule {
  const rule = PERMISSIONS[of.name]![field.name]!;
  return rule === INHERITED ? expected(way.slice(0, -1), way.at(-1)!) : rule;
}

const hasScopes = (part: { extensions: Readonly<Record<string, any>> }): boolean =>
  part.extensions['pothosOptions']?.authScopes !== undefined;

const entries = (types: Record<string, Record<string, unknown>>) =>
  Object.entries(types).flatMap(([type, fields]) => Object.keys(fields).map((field) => `${type}.${field}`));

test('the table has every field of every object type, and no other', () => {
  const fields = Object.fromEntries(objectTypes.map((type) => [type.name, type.getFields()]));
  const [wanted, there] = [new Set(entries(fields)), new Set(entries(PERMISSIONS))];
  expect([...wanted.difference(there)], 'missing from test/graphql/permissions.ts').toEqual([]);
  expect([...there.difference(wanted)], 'in test/graphql/permissions.ts, not in the schema').toEqual([]);
});

test('there is a way to every type, by its id where it has one', () => {
  expect(objectTypes.map(({ name }) => name).filter((name) => !ways.has(name))).toEqual([]);
  const nodes = objectTypes.filter((type) => type.getInterfaces().some(({ name }) => name === 'Node'));
  expect(nodes.map(({ name }) => name).filter((name) => !(name in given.ids))).toEqual([]);
});

/** Asks for one field in each role, and says where the answer is not what the table says. */
async function wrongCells(type: GraphQLObjectType, step: Step): Promise<string[]> {
  const way = ways.get(type.name)!;
  const rule = expected(way, step);
  const query = documentFor(way, step, given);
  const cells = ROLES.map(async (role) => {
    const outcome = outcomeOf(way, step, await ask(role, query));
    // A mutation may answer with another of its types; then that this role was let in is all there is to see
    const seen = outcome === 'elsewhere' && !hasScopes(type) && !hasScopes(step.field) ? 'allowed' : outcome;
    return seen === rule[role]
      ? []
      : [`${type.name}.${step.field.name} for ${role}: ${seen}, not ${rule[role]}`];
  });
  return (await Promise.all(cells)).flat();
}

describe('each field is open to whom the table says, and to nobody else', () => {
  test.each(objectTypes.map((type) => [type.name, type] as const))('%s', async (_name, type) => {
    const fields = Object.values(type.getFields());
    const wrong = [];
    for (const field of fields) wrong.push(...(await wrongCells(type, { of: type, field })));
    expect(wrong).toEqual([]);
  });
});
