import { createHash } from 'node:crypto';
import type { Language } from '../../src/generated/prisma/enums.ts';
import { RecordBatch } from '../../src/statements/record-batch.ts';
import {
  RECORD_KINDS,
  type RecordKind,
  type SpendingKind,
  type StatementHead,
  type StatementLine,
  type StatementRecord,
  type StatementTotals,
} from '../../src/statements/statement.ts';

export const AWKWARD: readonly string[] = [
  '=HYPERLINK("http://evil.example","open")',
  '+1+2',
  "-2+3+cmd|' /C calc'!A0",
  '@SUM(1)',
  '\t=1+1',
  '\r=1+1',
  ' =1+1',
  '＝1+1',
  'quotes " and \' and ; and ,',
  'two\nlines',
  '<script>alert(1)</script>&amp;]]>',
  '_x0041_ $& $1 %s',
  'ёЁ№ «ёлка» — İı ßẞ',
  'e\u0301 и\u0306',
  'emoji 😀👩‍👩‍👧 and مرحبا',
  'lone \uD800 half, nul \0, bell \x07, escape \x1B[31m',
  '',
  'x'.repeat(300),
];

const APNS = ['internet.operator.ru', 'wap.operator.ru', 'Роуминг: Нидерланды'];
const SPENDING: Record<RecordKind, SpendingKind> = { CALL: 'CALLS', SMS: 'MESSAGES', DATA: 'DATA' };

export const sampleHead = (language: Language, given: Partial<StatementHead> = {}): StatementHead => ({
  owner: 'Волкова-Щёголева Ольга Николаевна',
  phoneNumber: '+79160000007',
  tariff: language === 'ru' ? 'Безлимитный «Всё»' : 'Unlimited',
  from: '2026-03-01',
  to: '2026-03-31',
  timeZone: 'Europe/Moscow',
  currency: 'RUB',
  language,
  madeAt: new Date('2026-04-02T09:30:15Z'),
  dataCompleteThrough: new Date('2026-04-02T09:00:00Z'),
  ...given,
});

/** The same records each time, spread evenly over March in Moscow; every hundredth is awkward. */
export function sampleRecord(index: number, count: number): StatementRecord {
  // A linear congruence (Numerical Recipes): only that it is the same each time matters
  const chance = (Math.imul(index, 1_664_525) + 1_013_904_223) >>> 0;
  const start = Date.parse('2026-03-01T00:00:00+03:00');
  const at = new Date(start + Math.floor(((31 * 86_400 - 1) / count) * index) * 1_000);
  const kind = RECORD_KINDS[chance % 3]!;
  const peer =
    index % 100 === 0
      ? AWKWARD[(index / 100) % AWKWARD.length]!
      : kind === 'DATA'
        ? APNS[chance % APNS.length]!
        : `+7916${String(chance % 10_000_000).padStart(7, '0')}`;
  const amount = {
    CALL: chance % 4_000,
    SMS: 1,
    DATA: chance % 50_000_000,
  }[kind];
  return { at, kind, peer, amount, cost: chance % 4 ? chance % 2_000 : 0 };
}

/** Records as they come from the database. */
export function asBatch(records: readonly StatementRecord[]): RecordBatch {
  const peers = records.map(({ peer }) => Buffer.from(peer));
  const batch = new RecordBatch(Buffer.concat(peers));
  let end = 0;
  for (const [index, { at, kind, amount, cost }] of records.entries()) {
    const start = end;
    end += peers[index]!.length;
    batch.add(at.getTime(), RECORD_KINDS.indexOf(kind), start, end, amount, cost);
  }
  return batch;
}

/** Records in batches, made as they are asked for. */
export async function* sampleRecords(count: number, batch = 1_000): AsyncGenerator<RecordBatch> {
  for (let start = 0; start < count; start += batch)
    yield asBatch(
      Array.from({ length: Math.min(batch, count - start) }, (_, index) =>
        sampleRecord(start + index, count),
      ),
    );
}

/** What the sample comes to, with fees beside it. */
export function sampleTotals(count: number): StatementTotals {
  const lines = new Map<SpendingKind, Required<StatementLine>>();
  const days = new Map<string, { day: string; kind: SpendingKind; total: bigint }>();
  for (let index = 0; index < count; index++) {
    const { at, kind, amount, cost } = sampleRecord(index, count);
    const spending = SPENDING[kind];
    const line = lines.get(spending) ?? { kind: spending, count: 0, amount: 0n, total: 0n };
    lines.set(spending, {
      ...line,
      count: line.count + 1,
      amount: line.amount + BigInt(amount),
      total: line.total + BigInt(cost),
    });
    const day = new Date(at.getTime() + 3 * 3_600_000).toISOString().slice(0, 10);
    const key = day + spending;
    days.set(key, { day, kind: spending, total: (days.get(key)?.total ?? 0n) + BigInt(cost) });
  }
  if (!count) return { lines: [], total: 0n, days: [] };
  const fees: StatementLine[] = [
    { kind: 'SERVICE_FEES', count: 31, total: 310_00n },
    { kind: 'TARIFF_FEES', count: 1, total: 650_00n },
    { kind: 'OTHER', count: 1, total: -5_00n },
  ];
  const all = [...lines.values(), ...fees];
  return {
    lines: all,
    total: all.reduce((sum, { total }) => sum + total, 0n),
    days: [...days.values(), { day: '2026-03-01', kind: 'TARIFF_FEES', total: 650_00n }],
  };
}

/** The whole file. */
export async function collect(file: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
