import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Catalogue, type CatalogueRows } from '../../src/catalogue/catalogue.ts';
import { CATALOGUE_TOPIC } from '../../src/catalogue/source.ts';
import type { Channel, ServiceOrderKind } from '../../src/generated/prisma/enums.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { cancelServiceOrder } from '../../src/services/cancel-order.ts';
import {
  judgeServiceOrder,
  type PlaceServiceOrder,
  placeServiceOrder,
} from '../../src/services/place-order.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import { freshLine } from '../support/lines.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

const CODES = ['A', 'B', 'C', 'D', 'E'] as const;
const TARIFFS = ['T1', 'T2'] as const;

const catalogues = fc
  .record({
    services: fc.tuple(
      ...CODES.map((code) =>
        fc.record({
          code: fc.constant(code),
          connectionFee: fc.constantFrom(0n, 10n, 100n),
          consultantFee: fc.constantFrom(0n, 50n),
          supportOnly: fc.boolean(),
          category: fc.constantFrom('CALLS', 'CONTENT'),
          bansCategory: fc.constantFrom(null, null, null, 'CONTENT'),
        }),
      ),
    ),
    requirements: fc.array(
      fc.record({ serviceCode: fc.constantFrom(...CODES), requiredCode: fc.constantFrom(...CODES) }),
      { maxLength: 3 },
    ),
    exclusions: fc.array(
      fc.record({ serviceCode: fc.constantFrom(...CODES), otherCode: fc.constantFrom(...CODES) }),
      { maxLength: 3 },
    ),
    tariffServices: fc.array(
      fc.record({
        tariffCode: fc.constantFrom(...TARIFFS),
        serviceCode: fc.constantFrom(...CODES),
        carried: fc.boolean(),
        connectionFee: fc.constantFrom(null, 0n, 70n),
        recurringFee: fc.constant(null),
      }),
      { maxLength: 4 },
    ),
  })
  .map(
    ({ requirements, exclusions, services, tariffServices }) =>
      new Catalogue({
        services: services.map((service) => ({
          ...service,
          recurringFee: 0n,
          recurrence: 'NONE',
          passportRequired: false,
        })),
        tariffs: TARIFFS.map((code) => ({ code, archived: false, allowances: [], rates: [] })),
        requirements: requirements.filter((each) => each.serviceCode !== each.requiredCode),
        exclusions: exclusions.filter((each) => each.serviceCode !== each.otherCode),
        tariffServices,
      } as unknown as CatalogueRows),
  );

const lines = fc.record({
  status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED'),
  tariffCode: fc.constantFrom(...TARIFFS),
  balance: fc.constantFrom(0n, 10n, 60n, 1_000n),
  active: fc.uniqueArray(fc.constantFrom(...CODES)),
  ordered: fc.uniqueArray(fc.constantFrom(...CODES), { maxLength: 2 }),
});

test(
  'what is said beforehand of any order on any line is what becomes of it',
  { timeout: 300_000 },
  async () => {
    const { db } = product.app;
    const text = { name: {}, description: {}, position: 0 };
    const fees = {
      connectionFee: 0n,
      recurringFee: 0n,
      consultantFee: 0n,
      recurrence: 'NONE',
      category: 'CALLS',
    } as const;
    await db.service.createMany({ data: CODES.map((code) => ({ code, ...text, ...fees })) });
    await db.tariff.createMany({
      data: TARIFFS.map((code) => ({ code, ...text, monthlyFee: 0n, switchFee: 0n })),
    });
    // Not at some moment of the other test
    await db.$transaction((tx) => product.app.wakeUps.notify(tx, CATALOGUE_TOPIC));
    await expect.poll(() => product.app.catalogue.current().tariff(TARIFFS[0])).toBeDefined();
    await fc.assert(
      fc.asyncProperty(
        catalogues,
        lines,
        fc.constantFrom<ServiceOrderKind>('ACTIVATE', 'DEACTIVATE'),
        fc.constantFrom<Channel>('SELF_CARE', 'CONSULTANT', 'PARTNER'),
        fc.constantFrom(...CODES),
        async (catalogue, { status, tariffCode, balance, active, ordered }, kind, channel, serviceCode) => {
          const { id: subscriberId } = await db.subscriber.create({
            data: {
              ...freshLine(),
              tariffCode,
              status: status as 'ACTIVE',
              activatedAt: new Date(0),
              services: { create: active.map((code) => ({ serviceCode: code, activeSince: new Date(0) })) },
              serviceOrders: {
                create: ordered.map((code) => ({
                  kind: active.includes(code) ? 'DEACTIVATE' : 'ACTIVATE',
                  serviceCode: code,
                  channel: 'SELF_CARE',
                  fee: 0n,
                  language: 'en',
                  createdAt: new Date(),
                })),
              },
            },
          });
          if (balance) await topUp(product.app, { subscriberId, amount: balance, reference: 'x' });
          const app = { ...product.app, catalogue: { current: () => catalogue } };
          const keyed = { subscriberId, actor: 'self', mutation: 'm', key: 'k', input: {} };
          const command: PlaceServiceOrder = {
            subscriberId,
            kind,
            serviceCode,
            channel,
            keyed,
            language: 'en',
          };
          const said = await judgeServiceOrder(app, db, command);
          const done = await placeServiceOrder(app, command);
          if ('__typename' in said) {
            expect(done).toEqual(said);
            return;
          }
          expect(done.__typename).toBe('ServiceOrderAccepted');
          const line = await db.subscriber.findUniqueOrThrow({ where: { id: subscriberId } });
          expect(line.held).toBe(said.fee);
          expect(line.held <= line.balance || said.fee === 0n).toBe(true);
        },
      ),
      { numRuns: rounds(150, 3_000) },
    );
  },
);

test(
  'every action that the demo lines are shown is what its mutation answers',
  { timeout: 120_000 },
  async () => {
    const support = product.client('en');
    support.token = await devStaffToken(product.app, ['support']);
    for (const phoneNumber of [
      '+79160000001',
      '+79160000002',
      '+79160000003',
      '+79160000004',
      '+79160000009',
    ]) {
      const client = product.client('en');
      client.token = await openSession(product.app, phoneNumber);
      const { data } = await client.query(`{ me { id services(first: 100) { edges { node { service { code }
      actions { kind channel allowed passportRequired fee { amount } refusal { __typename code message } } } } } } }`);
      for (const { node } of data.me.services.edges)
        for (const action of node.actions) {
          const answer = await act(client, support, data.me.id, node.service.code, action);
          const told = action.refusal ?? {
            __typename: action.passportRequired ? 'PassportRequired' : 'ServiceOrderAccepted',
          };
          expect({ service: node.service.code, ...answer }).toMatchObject({
            service: node.service.code,
            ...told,
          });
          if (answer.order) {
            expect(answer.order.fee.amount).toBe(action.fee.amount);
            const [, key = ''] = Buffer.from(answer.order.id, 'base64').toString().split(':');
            const [subscriberId = '', orderId = ''] = key.split('/');
            await cancelServiceOrder(product.app, { subscriberId, orderId });
          }
        }
    }
  },
);

interface Action {
  kind: ServiceOrderKind;
  channel: 'SELF_CARE' | 'CONSULTANT';
}
type Asker = ReturnType<Running['client']>;

/** Does it, by the channel that the action is for. */
async function act(client: Asker, support: Asker, subscriberId: string, serviceCode: string, action: Action) {
  const { kind, channel } = action;
  const selection =
    '{ __typename ... on UserError { code message } ... on ServiceOrderAccepted { order { id fee { amount } } } }';
  const idempotencyKey = crypto.randomUUID();
  if (channel === 'CONSULTANT') {
    const { data } = await support.query(
      `mutation ($input: AssistServiceOrderInput!) { answer: assistServiceOrder(input: $input) ${selection} }`,
      {
        input: { subscriberId, kind, serviceCode, idempotencyKey },
      },
    );
    return data.answer;
  }
  const name = kind === 'ACTIVATE' ? 'activateService' : 'deactivateService';
  const { data } = await client.query(
    `mutation ($input: ServiceOrderInput!) { answer: ${name}(input: $input) ${selection} }`,
    {
      input: { serviceCode, idempotencyKey },
    },
  );
  return data.answer;
}
