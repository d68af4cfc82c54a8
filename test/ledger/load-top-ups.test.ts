import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadTopUps } from '../../src/ledger/load-top-ups.ts';
import { move } from '../../src/ledger/move.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

let product: Running;
let dir: string;
beforeAll(async () => {
  product = await startProduct({ works: false });
  dir = await mkdtemp(join(tmpdir(), 'internet-assistant-payments-'));
});
afterAll(async () => {
  await product.stop();
  await rm(dir, { recursive: true });
});

async function load(lines: readonly string[]) {
  const path = join(dir, 'payments.csv');
  await writeFile(path, ['phone_number,amount,reference', ...lines].join('\n'));
  const reasons: string[] = [];
  const result = await loadTopUps(product.app, path, {
    leftOut: ({ line, reason }) => reasons.push(`${line} ${reason}`),
  });
  return { ...result, reasons };
}

test('each payment is booked once, however often its file comes, and what cannot be booked is named', async () => {
  const { id, phoneNumber } = await newLine(product.app.db);
  const lines = [
    `${phoneNumber},100.50,P-1`,
    `${phoneNumber},50,P-2`,
    `${phoneNumber},50,P-2`,
    `+79160000099,50,P-3`,
    `nobody,50,P-4`,
    `${phoneNumber},-0.50,P-5`,
    `${phoneNumber},1.001,P-6`,
    `${phoneNumber},0,P-7`,
    `${phoneNumber},10,`,
    `${phoneNumber},10`,
  ];
  expect(await load(lines)).toEqual({
    booked: 3,
    leftOut: 7,
    reasons: [
      '4 a payment that was booked before',
      '5 the number is nobody’s',
      '6 not a phone number',
      '8 not an amount of RUB to book',
      '9 not an amount of RUB to book',
      '10 not a payment: reference',
      '11 2 fields for 3 columns',
    ],
  });
  const balance = () =>
    product.app.db.subscriber.findUniqueOrThrow({ where: { id }, select: { balance: true } });
  expect(await balance()).toEqual({ balance: 150_00n });
  expect((await load(lines)).booked).toBe(0);
  expect(await balance()).toEqual({ balance: 150_00n });
});

test('what is taken back is a charge of its own, once, and suspends nobody by itself', async () => {
  const { id, phoneNumber } = await newLine(product.app.db);
  await load([
    `${phoneNumber},10.00,P-1`,
    `${phoneNumber},-12.00,P-1/back`,
    `${phoneNumber},-12.00,P-1/back`,
  ]);
  const owner = product.client('en');
  owner.token = await openSession(product.app, phoneNumber);
  const { data } = await owner.query(
    '{ me { balance { amount } charges(first: 5) { edges { node { kind amount { amount } cause { __typename } } } } } }',
  );
  expect(data.me).toEqual({
    balance: { amount: '-2.00' },
    charges: { edges: [{ node: { kind: 'OTHER', amount: { amount: '12.00' }, cause: null } }] },
  });
  const line = await product.app.db.subscriber.findUniqueOrThrow({ where: { id } });
  expect(line.status).toBe('ACTIVE');
});

test('what is taken back opens no line that could not pay', async () => {
  const { id, phoneNumber } = await newLine(product.app.db, { status: 'SUSPENDED', unpaid: true });
  const status = async () => (await product.app.db.subscriber.findUniqueOrThrow({ where: { id } })).status;
  await product.app.db.$transaction((tx) =>
    move(tx, {
      subscriberId: id,
      at: new Date(),
      amount: 10_00n,
      kind: 'TOP_UP',
      cause: 'TOP_UP',
      causeId: 'x',
    }),
  );
  await load([`${phoneNumber},-5.00,x/back`]);
  expect(await status()).toBe('SUSPENDED');
  await load([`${phoneNumber},1.00,y`]);
  expect(await status()).toBe('ACTIVE');
});
