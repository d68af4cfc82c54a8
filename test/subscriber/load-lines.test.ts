import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, addMonths, type Day, dayOf, fromColumn, startOf } from '../../src/calendar.ts';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { LeftOut, SoFar } from '../../src/csv-file.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { PlainError } from '../../src/ports/plain-error.ts';
import { loadLines } from '../../src/subscriber/load-lines.ts';
import { isPassport } from '../../src/subscriber/passport.ts';
import { type Running, startProduct } from '../support/running.ts';

const HEAD = 'phone_number,full_name,status,tariff,services,balance,activated_at,time_zone,passport';
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
async function load(text: string | Buffer, feesThrough?: Day) {
  const path = join(dir, `${files++}.csv`);
  await writeFile(path, text);
  const reasons: LeftOut[] = [];
  const leftOut = (each: LeftOut) => reasons.push(each);
  return {
    ...(await loadLines(product.app, path, { leftOut }, feesThrough)),
    reasons: Object.fromEntries(
      reasons.toSorted((a, b) => a.line - b.line).map(({ line, reason }) => [line, reason]),
    ),
  };
}
const fileOf = (...lines: string[]) => [HEAD, ...lines].join('\n');

const lineOf = (phoneNumber: string) =>
  product.app.db.subscriber.findUnique({
    where: { phoneNumber },
    include: { services: { orderBy: { serviceCode: 'asc' } }, ledgerEntries: true },
  });

test('a line that was loaded signs in, and finds its tariff, services and money', async () => {
  const result = await load(
    fileOf(
      '8 926 100-00-01,"Ромашка, ООО ""Луг""",,SMART,CALLER_ID  INTERNET_MINI@2024-03-05,120.50,2021-05-01T10:00:00+03:00,Asia/Omsk,45 10 № 123456',
    ),
  );
  expect(result).toEqual({ loaded: 1, leftOut: 0, reasons: {} });
  const line = (await lineOf('+79261000001'))!;
  const activatedAt = new Date('2021-05-01T07:00:00Z');
  expect(line).toMatchObject({
    fullName: 'Ромашка, ООО "Луг"',
    status: 'ACTIVE',
    timeZone: 'Asia/Omsk',
    balance: 120_50n,
    activatedAt,
    services: [
      { serviceCode: 'CALLER_ID', activeSince: activatedAt },
      { serviceCode: 'INTERNET_MINI', activeSince: new Date('2024-03-04T18:00:00Z') },
    ],
    ledgerEntries: [{ amount: 120_50n, kind: 'TOP_UP', causeId: 'opening balance' }],
  });
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

test('what is owed comes along, and is no charge', async () => {
  const result = await load(fileOf('+79261000002,Должник,,SMART,,-3.00,2024-01-01T00:00:00Z,,'));
  expect(result.reasons).toEqual({});
  expect(await lineOf('+79261000002')).toMatchObject({
    timeZone: product.app.config.TIME_ZONE,
    passport: null,
    balance: -3_00n,
    services: [],
  });
  const owner = product.client();
  await owner.signIn('+79261000002');
  const { data } = await owner.query('{ me { available { amount } charges(first: 5) { totalCount } } }');
  expect(data.me).toEqual({ available: { amount: '-3.00' }, charges: { totalCount: 0 } });
});

test('a line that could not pay comes back when it can, one that the operator suspended does not', async () => {
  const since = '2024-01-01T00:00:00Z';
  const today = dayOf(product.clock.now(), 'Europe/Moscow');
  const unpaid = `UNPAID@${addMonths(today, -1)}`;
  await load(
    fileOf(
      `+79261000003,Неплательщик,${unpaid},SMART,,0,${since},,`,
      `+79261000004,Нарушитель,SUSPENDED,SMART,,0,${since},,`,
    ),
  );
  const topUpOf = async (number: string, amount: bigint, reference: string) => {
    const { id } = (await lineOf(number))!;
    await topUp(product.app, { subscriberId: id, amount, reference });
    return (await lineOf(number))!;
  };
  const fee = product.app.catalogue.current().tariff('SMART')!.monthlyFee;
  expect((await topUpOf('+79261000003', fee - 1n, 'first')).status).toBe('SUSPENDED');
  expect(await topUpOf('+79261000003', 1n, 'second')).toMatchObject({ status: 'ACTIVE', balance: 0n });
  expect((await topUpOf('+79261000004', 5_000_00n, 'first')).status).toBe('SUSPENDED');
});

test('the day that fees have been paid for is the file’s, for a line of after it the one before its first', async () => {
  const today = dayOf(product.clock.now(), 'Europe/Moscow');
  const [before, after] = [addDays(today, -3), addDays(today, 2)];
  const yesterday = startOf(addDays(today, -1), 'Europe/Moscow').toISOString();
  const line = (number: string, since: string, status = '') => `${number},Имя,${status},SMART,,0,${since},,`;
  await load(fileOf(line('+79261000005', '2024-01-01T00:00:00Z'), line('+79261000006', yesterday)), before);
  await load(fileOf(line('+79261000007', '2024-01-01T00:00:00Z')), after);
  const through = async (number: string) => fromColumn((await lineOf(number))!.feesThrough);
  expect(await through('+79261000005')).toBe(before);
  expect(await through('+79261000006')).toBe(addDays(today, -2));
  expect(await through('+79261000007')).toBe(after);
  await expect(load(HEAD, addMonths(today, -2))).rejects.toThrow(PlainError);
  await expect(load(HEAD, addMonths(today, 2))).rejects.toThrow(PlainError);
});

test('the same file again, or at once, changes nothing, whatever has happened to its lines since', async () => {
  const file = fileOf(
    ...Array.from(
      { length: 2_500 },
      (_, i) =>
        `+7926200${String(i).padStart(4, '0')},Линия ${i},,SMART,CALLER_ID,1.00,2024-01-01T00:00:00Z,,`,
    ),
  );
  const [first, second] = await Promise.all([load(file), load(file)]);
  expect(first.loaded + second.loaded).toBe(2_500);
  const { id } = (await lineOf('+79262000007'))!;
  await product.app.db.subscriber.update({ where: { id }, data: { fullName: 'Другое Имя' } });
  expect(await load(file)).toMatchObject({ loaded: 0, leftOut: 2_500 });
  const line = await lineOf('+79262000007');
  expect(line).toMatchObject({ fullName: 'Другое Имя', balance: 1_00n });
  expect(line).toMatchObject({ services: [{}], ledgerEntries: [{}] });
});

test('what cannot be taken is left out by its line, with its reason, and nothing else', async () => {
  const since = '2024-01-01T00:00:00Z';
  const result = await load(
    fileOf(
      `+79263000001,Первая,,SMART,,1.00,${since},,`,
      `+79263000001,Вторая,,SMART,,5.00,${since},,`,
      `nobody,Имя,,SMART,,1.00,${since},,`,
      `+79263000003,,,SMART,,1.00,${since},,`,
      `+79263000004,Имя,,NO_SUCH,,1.00,${since},,`,
      `+79263000005,Имя,,SMART,NO_SUCH,1.00,${since},,`,
      `+79263000006,Имя,,SMART,,1.001,${since},,`,
      `+79263000007,Имя,,SMART,,1.00,yesterday,,`,
      `+79263000008,Имя,,SMART,,1.00,2999-01-01T00:00:00Z,,`,
      `+79263000009,Имя,,SMART,,1.00,0001-01-01T00:00:00+03:00,,`,
      `+79263000010,Имя,,SMART,,1.00,${since},Moscow,`,
      `+79263000011,Имя,,SMART,INTERNET_MINI INTERNET_MAXI,1.00,${since},,`,
      `+79263000012`,
      `+79263000013,Имя,,SMART,CONFERENCE,1.00,${since},,`,
      `+79263000014,Имя,UNPAID,SMART,,1.00,${since},,`,
      `+79263000015,Имя,,SMART,CALLER_ID@2024-02-30,1.00,${since},,`,
      `+79263000016,Имя,,SMART,CALLER_ID CALLER_ID@2024-02-01,1.00,${since},,`,
      `+79263000017,Имя,,SMART,CALLER_ID@2999-01-01,1.00,${since},,`,
      `+79263000018,ООО "Ромашка",,SMART,,1.00,${since},,`,
      `+79263000019,"Имя,,SMART,,1.00,${since},,`,
      `+79263000020,Имя,,SMART,,1.00,${since},,4510,000001`,
      `+79263000022,Имя,,SMART,,1.00,${since},+03:00,`,
      `+79263000023,Имя,,SMART,,1.00,${since},,\r+79263000024,Имя,,SMART,,1.00,${since},,`,
      `+79263000027,Имя,UNPAID@2999-01-01,SMART,,1.00,${since},,`,
      `+79263000025,Имя,,SMART,,1.00,${since},Asia/Calcutta,`,
      `+79263000026,Имя,,SMART,,1.00,${since},Asia/Kolkata,`,
      '',
      `+79263000021,Последняя,,SMART,,1.00,${since},,`,
    ),
  );
  expect(result).toEqual({
    loaded: 4,
    leftOut: 23,
    reasons: {
      3: 'a number that is there already',
      4: 'not a phone number',
      5: 'not a line: full_name',
      6: 'no tariff NO_SUCH',
      7: 'no service NO_SUCH',
      8: 'not an amount of RUB',
      9: 'not a line: activated_at',
      10: 'activated in the future, or before 1970',
      11: 'activated in the future, or before 1970',
      12: 'not a time zone',
      13: 'not together: INTERNET_MINI, INTERNET_MAXI',
      14: '1 fields for 9 columns',
      15: 'not on SMART, or not without another service: CONFERENCE',
      16: 'not a line: status',
      17: 'not a day: 2024-02-30',
      18: 'CALLER_ID twice',
      19: 'a service of the future',
      20: 'quotation marks in disorder',
      21: 'quotation marks in disorder',
      22: '10 fields for 9 columns',
      23: 'not a time zone',
      24: '17 fields for 9 columns',
      25: 'unpaid, and paid for through 2999-01-01',
    },
  });
  expect(await lineOf('+79263000001')).toMatchObject({ fullName: 'Первая', balance: 1_00n });
  expect(await lineOf('+79263000021')).not.toBeNull();
});

test('line ends of two kinds, and a byte order mark, are no matter', async () => {
  const since = '2024-01-01T00:00:00Z';
  const result = await load(
    `\uFEFF${HEAD}\r\n+79264000001,Имя,,SMART,,1.00,${since},,4510 000001\n+79264000002,Имя,,SMART,,1.00,${since},,\r\n`,
  );
  expect(result).toEqual({ loaded: 2, leftOut: 0, reasons: {} });
});

test.each([
  [
    'line ends of one kind that no line ends by',
    `${HEAD}\r+79265000002,Имя,,SMART,,1.00,2024-01-01T00:00:00Z,,`,
    /no column passport/,
  ],
  ['a heading in disorder', `"phone_number,${HEAD}`, /no column phone_number/],
  ['another heading', 'phone_number,full_name,tarif', /no column status, tariff,/],
  ['nothing', '', /is empty/],
  ['another encoding', Buffer.from(`${HEAD}\n+79265000001,\xC8\xEC\xFF,,SMART`, 'latin1'), /UTF-8/],
])('a file with %s is refused as a whole', async (_, text, why) => {
  const refused = load(text);
  await expect(refused).rejects.toThrow(PlainError);
  await expect(refused).rejects.toThrow(why);
});

test('it tells how far it has come, piece by piece, to the end', async () => {
  const path = join(dir, 'long.csv');
  await writeFile(path, fileOf(...Array.from({ length: 20_000 }, () => 'not a line')));
  const told: SoFar[] = [];
  await loadLines(product.app, path, { leftOut: () => {}, soFar: (soFar) => told.push(soFar) });
  expect(told.length).toBeGreaterThan(2);
  for (const { lines, share } of told) expect(share).toBeCloseTo(lines / 20_000, 2);
  expect(told.at(-1)).toEqual({ lines: 20_000, share: 1 });
});

test('a file that is not there is said so', async () => {
  const none = loadLines(product.app, join(dir, 'none.csv'), { leftOut: () => {} });
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
  await expect(loadLines(app, join(dir, '0.csv'), { leftOut: () => {} })).rejects.toThrow(/catalogue:load/);
});
