import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf, fromColumn } from '../../src/calendar.ts';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { LeftOut } from '../../src/csv-file.ts';
import { PlainError } from '../../src/ports/plain-error.ts';
import { loadLines } from '../../src/subscriber/load-lines.ts';
import { isPassport } from '../../src/subscriber/passport.ts';
import { type Running, startProduct } from '../support/running.ts';

const HEAD = 'phone_number,full_name,tariff,services,balance,activated_at,time_zone,passport';
let product: Running;
let dir: string;
beforeAll(async () => {
  product = await startProduct();
  dir = await mkdtemp(join(tmpdir(), 'internet-assistant-lines-'));
});
afterAll(async () => {
  await product.stop();
  await rm(dir, { recursive: true });
});

let files = 0;
async function load(lines: readonly string[], head = HEAD) {
  const path = join(dir, `${files++}.csv`);
  await writeFile(path, [head, ...lines].join('\n'));
  const reasons: LeftOut[] = [];
  return { ...(await loadLines(product.app, path, (each) => reasons.push(each))), reasons };
}

const lineOf = (phoneNumber: string) =>
  product.app.db.subscriber.findUnique({
    where: { phoneNumber },
    include: { services: true, ledgerEntries: true },
  });

test('a line that was loaded signs in, and finds its tariff, services and money', async () => {
  const result = await load([
    '8 926 100-00-01,"Ромашка, ООО ""Луг""",SMART,CALLER_ID  INTERNET_MINI,120.50,2021-05-01T10:00:00+03:00,Asia/Omsk,45 10 № 123456',
  ]);
  expect(result).toEqual({ loaded: 1, leftOut: 0, reasons: [] });
  const line = (await lineOf('+79261000001'))!;
  expect(line).toMatchObject({
    fullName: 'Ромашка, ООО "Луг"',
    status: 'ACTIVE',
    timeZone: 'Asia/Omsk',
    balance: 120_50n,
    activatedAt: new Date('2021-05-01T07:00:00Z'),
    ledgerEntries: [{ amount: 120_50n, kind: 'TOP_UP', causeId: 'opening balance' }],
  });
  expect(line.services.map(({ serviceCode }) => serviceCode).toSorted()).toEqual([
    'CALLER_ID',
    'INTERNET_MINI',
  ]);
  expect(fromColumn(line.feesThrough)).toBe(dayOf(product.clock.now(), 'Asia/Omsk'));
  const passport = { series: '4510', number: '123456' };
  expect(isPassport(product.app.secrets, line.id, passport, line.passport)).toBe(true);

  const owner = product.client();
  await owner.signIn('+79261000001');
  const { data, errors } = await owner.query(
    '{ me { fullName tariff { code } services(filter: { status: ACTIVE }) { edges { node { service { code } } } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.me).toMatchObject({ fullName: 'Ромашка, ООО "Луг"', tariff: { code: 'SMART' } });
  expect(data.me.services.edges).toContainEqual({ node: { service: { code: 'INTERNET_MINI' } } });
});

test('time zone and passport may be missing, and what is owed comes along', async () => {
  const head = 'phone_number,full_name,tariff,services,balance,activated_at';
  const result = await load(['+79261000002,Должник,SMART,,-3.00,2024-01-01T00:00:00Z'], head);
  expect(result.reasons).toEqual([]);
  expect(await lineOf('+79261000002')).toMatchObject({
    timeZone: product.app.config.TIME_ZONE,
    passport: null,
    balance: -3_00n,
    services: [],
  });
});

test('the same file again changes nothing, whatever has happened to its lines since', async () => {
  const lines = Array.from(
    { length: 2_500 },
    (_, i) => `+7926200${String(i).padStart(4, '0')},Линия ${i},SMART,CALLER_ID,1.00,2024-01-01T00:00:00Z,,`,
  );
  const [first, second] = await Promise.all([load(lines), load(lines)]);
  expect(first.loaded + second.loaded).toBe(2_500);
  const { id } = (await lineOf('+79262000007'))!;
  await product.app.db.subscriber.update({ where: { id }, data: { fullName: 'Другое Имя' } });
  expect(await load(lines)).toMatchObject({ loaded: 0, leftOut: 2_500 });
  const line = await lineOf('+79262000007');
  expect(line).toMatchObject({ fullName: 'Другое Имя', balance: 1_00n });
  expect(line).toMatchObject({ services: [{}], ledgerEntries: [{}] });
});

test('what cannot be taken is left out by its line, with its reason, and nothing else', async () => {
  const since = '2024-01-01T00:00:00Z';
  const result = await load([
    `+79263000001,Первая,SMART,,1.00,${since},,`,
    `+79263000001,Вторая,SMART,,5.00,${since},,`,
    `nobody,Имя,SMART,,1.00,${since},,`,
    `+79263000003,,SMART,,1.00,${since},,`,
    `+79263000004,Имя,NO_SUCH,,1.00,${since},,`,
    `+79263000005,Имя,SMART,NO_SUCH,1.00,${since},,`,
    `+79263000006,Имя,SMART,,1.001,${since},,`,
    `+79263000007,Имя,SMART,,1.00,yesterday,,`,
    `+79263000008,Имя,SMART,,1.00,2999-01-01T00:00:00Z,,`,
    `+79263000009,Имя,SMART,,1.00,${since},Moscow,`,
    `+79263000010,Имя,SMART,INTERNET_MINI INTERNET_MAXI,1.00,${since},,`,
    `+79263000011`,
    `+79263000013,Имя,SMART,CONFERENCE,1.00,${since},,`,
    '',
    `+79263000012,Последняя,SMART,,1.00,${since},,`,
  ]);
  expect(result).toMatchObject({ loaded: 2, leftOut: 12 });
  expect(
    Object.fromEntries(
      result.reasons.toSorted((a, b) => a.line - b.line).map(({ line, reason }) => [line, reason]),
    ),
  ).toEqual({
    3: 'a number that is there already',
    4: 'not a phone number',
    5: 'not a line: full_name',
    6: 'no tariff NO_SUCH',
    7: 'no service NO_SUCH',
    8: 'not an amount of RUB',
    9: 'not a line: activated_at',
    10: 'activated in the future',
    11: 'not a time zone',
    12: 'not together: INTERNET_MINI, INTERNET_MAXI',
    13: 'not a line: full_name, tariff, balance, activated_at',
    14: 'not on SMART, or not without another service: CONFERENCE',
  });
  expect(await lineOf('+79263000001')).toMatchObject({ fullName: 'Первая', balance: 1_00n });
  expect(await lineOf('+79263000012')).not.toBeNull();
});

test('a quotation mark that is never closed ends the load plainly, and what came before it is there', async () => {
  const lines = Array.from(
    { length: 1_200 },
    (_, i) => `+7926400${String(i).padStart(4, '0')},Линия ${i},SMART,,1.00,2024-01-01T00:00:00Z,,`,
  );
  const broken = load([...lines, '+79264009999,"Имя,SMART,,1.00,2024-01-01T00:00:00Z,,']);
  await expect(broken).rejects.toThrow(PlainError);
  await expect(broken).rejects.toThrow(/is not CSV: .*1202/);
  expect(await lineOf('+79264000000')).not.toBeNull();
});

test('a file that is not there is said so', async () => {
  const none = loadLines(product.app, join(dir, 'none.csv'), () => {});
  await expect(none).rejects.toMatchObject({ code: 'ENOENT' });
});

test('without a catalogue it says what comes first', async () => {
  const none = new Catalogue({
    services: [],
    tariffs: [],
    requirements: [],
    exclusions: [],
    tariffServices: [],
  });
  const app = { ...product.app, catalogue: { ...product.app.catalogue, current: () => none } };
  await expect(loadLines(app, join(dir, '0.csv'), () => {})).rejects.toThrow(/catalogue:load/);
});
