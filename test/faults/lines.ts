import { devStaffToken } from '../../src/staff/tokens.ts';
import type { Client } from '../support/client.ts';
import { globalId } from '../support/global-id.ts';
import { oldLine, PASSPORT } from '../support/lines.ts';
import type { Running } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const SWITCH_FEE = 100_00n;

/** A line that one cell of the table has to itself. */
export interface Line {
  id: string;
  phoneNumber: string;
  client: Client;
  /** A member of support, who acts for it. */
  support: Client;
  quoteId: string;
}

// The simulated network refuses numbers that end as 0000005 does
let lines = 10;

/** An old line with a quote for another tariff. */
export async function aLine(product: Running): Promise<Line> {
  const { app } = product;
  const { id, phoneNumber } = await oldLine(app, `+7998${String(++lines).padStart(7, '0')}`);
  const now = app.clock.now();
  const quote = await app.db.tariffQuote.create({
    data: {
      subscriberId: id,
      tariffCode: 'TALK',
      switchFee: SWITCH_FEE,
      createdAt: now,
      expiresAt: new Date(now.getTime() + 900_000),
    },
  });
  const client = product.client('en');
  client.token = await openSession(app, phoneNumber);
  const support = product.client('en');
  support.token = await devStaffToken(app, ['support']);
  return { id, phoneNumber, client, support, quoteId: globalId('TariffQuote', id, quote.id) };
}

/** What a line can order, always under the same key, so that it may be asked for again and again. */
export interface Ordering {
  name: string;
  ask: (line: Line) => ReturnType<Client['query']>;
  table: 'serviceOrder' | 'tariffChange' | 'detailOrder';
  /** What it takes from the account when it is done. */
  fee: bigint;
}

const idempotencyKey = 'the one';
const MUTATIONS = {
  activateService: { input: 'ServiceOrderInput', accepted: 'ServiceOrderAccepted { order { id } }' },
  deactivateService: { input: 'ServiceOrderInput', accepted: 'ServiceOrderAccepted { order { id } }' },
  assistServiceOrder: { input: 'AssistServiceOrderInput', accepted: 'ServiceOrderAccepted { order { id } }' },
  changeTariff: { input: 'ChangeTariffInput', accepted: 'TariffChangeAccepted { change { id } }' },
  orderDetail: { input: 'OrderDetailInput', accepted: 'DetailOrderAccepted { order { id } }' },
};

const ask = (client: Client, name: keyof typeof MUTATIONS, given: object) => {
  const { input, accepted } = MUTATIONS[name];
  return client.query(
    `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ... on ${accepted} } }`,
    { input: { ...given, idempotencyKey } },
  );
};

export const activate: Ordering = {
  name: 'activate',
  ask: ({ client }) => ask(client, 'activateService', { serviceCode: 'CALL_FORWARDING' }),
  table: 'serviceOrder',
  fee: 30_00n,
};
export const deactivate: Ordering = {
  name: 'deactivate',
  ask: ({ client }) => ask(client, 'deactivateService', { serviceCode: 'WEATHER' }),
  table: 'serviceOrder',
  fee: 0n,
};
export const assist: Ordering = {
  name: 'assist',
  ask: ({ support, id }) =>
    ask(support, 'assistServiceOrder', {
      subscriberId: globalId('Subscriber', id),
      kind: 'ACTIVATE',
      serviceCode: 'CONTENT_BAN',
      passport: PASSPORT,
    }),
  table: 'serviceOrder',
  fee: 0n,
};
export const changeTariff: Ordering = {
  name: 'change tariff',
  ask: ({ client, quoteId }) => ask(client, 'changeTariff', { quoteId }),
  table: 'tariffChange',
  fee: SWITCH_FEE,
};
export const statement = (more: object = {}): Ordering => ({
  name: 'statement',
  ask: ({ client }) => {
    const day = new Date().toISOString().slice(0, 10);
    return ask(client, 'orderDetail', { from: day, to: day, format: 'CSV', ...more });
  },
  table: 'detailOrder',
  fee: 0n,
});
