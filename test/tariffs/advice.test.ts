import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TariffWithTerms } from '../../src/catalogue/catalogue.ts';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { TariffAdviceDocument } from '../../src/generated/operations.ts';
import { adviceOn, monthCost } from '../../src/tariffs/advice.ts';
import { adviseTariffs } from '../../src/tariffs/advise.ts';
import { addDays, addMonths, type Day, dayOf, startOf, toColumn } from '../../src/calendar.ts';
import { readLines } from '../../src/services/line.ts';
import type { Line } from '../../src/services/rules.ts';
import { newLine } from '../support/lines.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';

/** Nothing looks by itself meanwhile: every statement is a request's. */
const HOUR_MS = 3_600_000;

const empty = new Catalogue({
  services: [],
  tariffs: [],
  requirements: [],
  exclusions: [],
  tariffServices: [],
});

const UNITS = { CALL: ['SECOND', 'MINUTE'], SMS: ['MESSAGE'], DATA: ['MEGABYTE'] } as const;
const KINDS = ['CALL', 'SMS', 'DATA'] as const;
const SIZE = { SECOND: 1n, MINUTE: 60n, MESSAGE: 1n, MEGABYTE: 1_048_576n } as const;

const tariffs = fc
  .record({
    monthlyFee: fc.bigInt(0n, 200_000n),
    terms: fc.tuple(
      ...KINDS.map((kind) =>
        fc.record({
          kind: fc.constant(kind),
          unit: fc.constantFrom(...UNITS[kind]),
          price: fc.bigInt(0n, 1_000n),
          perUnits: fc.integer({ min: 1, max: 60 }),
          allowance: fc.option(fc.option(fc.integer({ min: 0, max: 2_000 })), { nil: undefined }),
        }),
      ),
    ),
  })
  .map(
    ({ monthlyFee, terms }) =>
      ({
        code: 'T',
        monthlyFee,
        rates: terms.map(({ allowance: _allowance, ...rate }) => ({ ...rate, tariffCode: 'T' })),
        allowances: terms.flatMap(({ kind, unit, allowance: amount }) =>
          amount === undefined ? [] : [{ kind, unit, amount, tariffCode: 'T' }],
        ),
      }) as unknown as TariffWithTerms,
  );

const records = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), amount: fc.bigInt(1n, 40_000_000n) }), {
  maxLength: 60,
});
type Records = { kind: (typeof KINDS)[number]; amount: bigint }[];

/** Plainly: one record after the other, each rounded up to whole units, first off the allowance, then at the rate. */
function replay(tariff: TariffWithTerms, used: Records): bigint {
  let cost = tariff.monthlyFee;
  for (const kind of KINDS) {
    const rate = tariff.rates.find((each) => each.kind === kind)!;
    const allowance = tariff.allowances.find((each) => each.kind === kind);
    if (allowance?.amount === null) continue;
    let left = BigInt(allowance?.amount ?? 0);
    let beyond = 0n;
    for (const { amount } of used.filter((record) => record.kind === kind)) {
      const size = SIZE[rate.unit];
      let units = (amount + size - 1n) / size;
      const free = units < left ? units : left;
      left -= free;
      units -= free;
      beyond += units;
    }
    const price = beyond * rate.price;
    cost += price / BigInt(rate.perUnits) + (price % BigInt(rate.perUnits) ? 1n : 0n);
  }
  return cost;
}

const totalsOf = (used: Records) =>
  KINDS.map((kind) => {
    const amounts = used.filter((record) => record.kind === kind).map(({ amount }) => amount);
    const sum = (size: bigint) => amounts.reduce((so, amount) => so + (amount + size - 1n) / size, 0n);
    return {
      kind,
      seconds: kind === 'CALL' ? sum(1n) : 0n,
      minutes: kind === 'CALL' ? sum(60n) : 0n,
      messages: kind === 'SMS' ? sum(1n) : 0n,
      megabytes: kind === 'DATA' ? sum(1_048_576n) : 0n,
    };
  });

describe('replaying totals', () => {
  test('comes to what replaying record by record comes to, to the minor unit', () => {
    fc.assert(
      fc.property(tariffs, records, (tariff, used) => {
        const cost = monthCost(empty, tariff, { days: 30, kinds: totalsOf(used) }, []);
        expect(cost).toBe(replay(tariff, used));
      }),
      { numRuns: rounds(500, 20_000) },
    );
  });

  test('the month with the median saving speaks for all, and the fee is earned back in whole months or never', () => {
    fc.assert(
      fc.property(
        tariffs,
        tariffs,
        fc.array(records, { minLength: 1, maxLength: 6 }),
        fc.bigInt(0n, 50_000n),
        (now, other, months, fee) => {
          const used = months.map((month) => ({ days: 30, kinds: totalsOf(month) }));
          const advice = adviceOn(empty, now, other, used, [], fee);
          const savings = months
            .map((month) => replay(now, month) - replay(other, month))
            .toSorted((a, b) => Number(a - b));
          expect(advice.monthlySaving).toBe(savings[Math.floor((savings.length - 1) / 2)]);
          expect([advice.worstMonthSaving, advice.bestMonthSaving]).toEqual([savings[0], savings.at(-1)]);
          expect(advice.currentMonthlyCost - advice.newMonthlyCost).toBe(advice.monthlySaving);
          const { paybackMonths, monthlySaving } = advice;
          if (monthlySaving <= 0n) expect(paybackMonths).toBeNull();
          else {
            expect(BigInt(paybackMonths!) * monthlySaving >= fee).toBe(true);
            expect(paybackMonths === 0 || BigInt(paybackMonths! - 1) * monthlySaving < fee).toBe(true);
          }
        },
      ),
      { numRuns: rounds(200, 5_000) },
    );
  });
});

describe('for the everyday line', () => {
  let product: Running;
  beforeAll(async () => {
    product = await startProduct({ lookAgainMs: HOUR_MS });
  });
  afterAll(() => product.stop());

  test('some other tariff is cheaper, the best comes first, and none is closed to it', async () => {
    const client = product.client('en');
    await client.signIn('+79160000001');
    const { me } = await client.run(TariffAdviceDocument, { months: 6, first: 20 });
    const savings = me!.tariffAdvice.map(({ monthlySaving }) => Number(monthlySaving.amount));
    expect(savings[0]).toBeGreaterThan(0);
    expect(savings).toEqual(savings.toSorted((a, b) => b - a));
    const codes = me!.tariffAdvice.map(({ tariff }) => tariff.code);
    expect(codes).not.toContain('SMART');
    expect(codes).not.toContain('RED_ENERGY');
    expect(me!.tariffAdvice[0]!.monthsReplayed).toBeGreaterThanOrEqual(5);
    expect(me!.tariffAdvice[0]!.paybackMonths).toBeGreaterThan(0);
  });

  test('what the tariff of now would cost is what the line was charged', async () => {
    const { db, catalogue, clock, config } = product.app;
    const { id } = await db.subscriber.findUniqueOrThrow({ where: { phoneNumber: '+79160000001' } });
    const line = (await readLines(db, [id])).get(id)!;
    const [advice] = await adviseTariffs({ db, catalogue, clock, config }, line, 1);
    const rows = await db.$queryRaw<{ spent: bigint }[]>`
      SELECT -sum(amount)::bigint AS spent FROM ledger_entries
      WHERE subscriber_id = ${id}::uuid AND amount < 0
        AND date_trunc('month', at AT TIME ZONE 'Europe/Moscow') = date_trunc('month', now() AT TIME ZONE 'Europe/Moscow') - interval '1 month'`;
    expect(advice!.currentMonthlyCost).toBe(rows[0]!.spent);
  });

  test('ten tariffs and six months take one statement', async () => {
    const { id } = await product.app.db.subscriber.findUniqueOrThrow({
      where: { phoneNumber: '+79160000001' },
    });
    const line = (await readLines(product.app.db, [id])).get(id)!;
    product.statements();
    expect(await adviseTariffs(product.app, line, 6)).toHaveLength(10);
    expect(product.statements()).toHaveLength(1);
  });

  /** The first of the month so many months ago. */
  const firstOf = (monthsAgo: number): Day =>
    addMonths(`${dayOf(product.app.clock.now(), 'Europe/Moscow').slice(0, 7)}-01` as Day, -monthsAgo);

  /** A line that made calls in these months, and no others. */
  async function lineThatCalled(activatedAt: Date, monthsAgo: readonly number[]): Promise<Line> {
    const { db } = product.app;
    const { id } = await newLine(db, { activatedAt });
    const used = { seconds: 36_000n, minutes: 600n, messages: 0n, bytes: 0n, megabytes: 0n, cost: 0n };
    await db.usageMonth.createMany({
      data: monthsAgo.map((ago) => ({
        subscriberId: id,
        month: toColumn(firstOf(ago)),
        kind: 'CALL' as const,
        records: 60,
        ...used,
      })),
    });
    return (await readLines(db, [id])).get(id)!;
  }

  test('a month that nothing was used in costs what a tariff costs by itself', async () => {
    const { app } = product;
    const line = await lineThatCalled(new Date('2020-01-01'), [4]);
    const advice = (await adviseTariffs(app, line, 6)).find(({ tariff }) => tariff.code === 'UNLIMITED')!;
    expect(advice.monthsReplayed).toBe(4);
    const fee = app.catalogue.current().tariff('UNLIMITED')!.monthlyFee;
    expect(advice.worstMonthSaving).toBe(app.catalogue.current().tariff('SMART')!.monthlyFee - fee);
  });

  test('the month in which a line was activated, and one whose usage is not all known yet, are no whole months', async () => {
    const { app } = product;
    const midMonth = (monthsAgo: number) => toColumn(addDays(firstOf(monthsAgo), 14));
    const line = await lineThatCalled(midMonth(3), [3, 2, 1]);
    const fromItsFirst = await lineThatCalled(startOf(firstOf(3), 'Europe/Moscow'), [3, 2, 1]);
    const replayed = async (months: number, of = line) =>
      (await adviseTariffs(app, of, months))[0]?.monthsReplayed;
    const known = (completeThrough: Date) => app.db.usageLoad.updateMany({ data: { completeThrough } });
    expect([await replayed(6), await replayed(6, fromItsFirst)]).toEqual([2, 3]);
    await known(midMonth(1));
    expect([await replayed(6), await replayed(1)]).toEqual([1, 1]);
    await known(midMonth(2));
    expect([await replayed(6), await replayed(1, fromItsFirst)]).toEqual([undefined, 1]);
    await known(app.clock.now());
  });

  test('a line without usage is advised nothing; more than there is to ask for is told', async () => {
    const client = product.client('en');
    await client.signIn('+79160000008');
    expect((await client.run(TariffAdviceDocument)).me!.tariffAdvice).toEqual([]);
    for (const args of ['months: 0', 'months: 7', 'first: 0', 'first: 21']) {
      const answer = await client.query(`{ me { tariffAdvice(${args}) { monthsReplayed } } }`);
      expect(answer.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});
