import type { TariffWithTerms } from '../../src/catalogue/catalogue.ts';
import { usageCost } from '../../src/tariffs/advice.ts';
import { MEGABYTE_B, MINUTE_S, type UsageRecord } from '../../src/usage/record.ts';

const DAY_MS = 86_400_000;
const PEERS = [
  '+79161234567',
  '+79037654321',
  '+74951112233',
  '+79269876543',
  '+78129990011',
  '+79850001122',
];

/** How a demo line uses its phone. */
export interface Habits {
  /** Records of each kind in a day, on average. */
  calls: number;
  messages: number;
  sessions: number;
  /** What a data session takes at the most. */
  sessionBytes: number;
}

/** Numbers that look like chance and are the same each time (a linear congruential generator). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Made = Omit<UsageRecord, 'cost'>;

/** What a line used from one moment to another, in order, at what its tariff charges once the allowances are used up. */
export function* demoUsage(
  subscriberId: string,
  tariff: TariffWithTerms,
  habits: Habits,
  { from, to, monthOf }: { from: Date; to: Date; monthOf: (at: Date) => string },
): Generator<UsageRecord> {
  const { calls, messages, sessions, sessionBytes } = habits;
  const next = chance(calls * 1_000 + sessions);
  const perDay = calls + messages + sessions;
  const step = DAY_MS / perDay;
  const running = new Map<string, bigint>();
  let number = 0;
  for (let at = from.getTime(); at < to.getTime(); at += step * (0.5 + next())) {
    const record = oneRecord(subscriberId, `demo-${number++}`, new Date(Math.round(at)), next, {
      call: calls / perDay,
      message: (calls + messages) / perDay,
      sessionBytes,
    });
    yield { ...record, cost: costOf(tariff, record, monthOf(record.at), running) };
  }
}

function oneRecord(
  subscriberId: string,
  recordId: string,
  at: Date,
  next: () => number,
  upTo: { call: number; message: number; sessionBytes: number },
): Made {
  const of = { subscriberId, recordId, at };
  const which = next();
  const peer = PEERS[Math.floor(next() * PEERS.length)]!;
  if (which < upTo.call)
    return { ...of, kind: 'CALL', peer, amount: BigInt(Math.ceil(next() ** 3 * 900) + 3) };
  if (which < upTo.message) return { ...of, kind: 'SMS', peer, amount: 1n };
  return {
    ...of,
    kind: 'DATA',
    peer: 'internet',
    amount: BigInt(Math.ceil(next() ** 4 * upTo.sessionBytes) + 20_000),
  };
}

/** What one more record costs: the month so far with it, less the month so far without. */
function costOf(
  tariff: TariffWithTerms,
  { kind, amount }: Made,
  month: string,
  running: Map<string, bigint>,
): bigint {
  const units = {
    seconds: kind === 'CALL' ? amount : 0n,
    minutes: kind === 'CALL' ? (amount + MINUTE_S - 1n) / MINUTE_S : 0n,
    messages: kind === 'SMS' ? amount : 0n,
    megabytes: kind === 'DATA' ? (amount + MEGABYTE_B - 1n) / MEGABYTE_B : 0n,
  };
  const totals = Object.entries(units).map(([unit, used]): [string, bigint, bigint] => {
    const key = `${month}/${kind}/${unit}`;
    const before = running.get(key) ?? 0n;
    running.set(key, before + used);
    return [unit, before, before + used];
  });
  const costAt = (which: 1 | 2) =>
    usageCost(tariff, {
      kind,
      ...(Object.fromEntries(totals.map((total) => [total[0], total[which]])) as typeof units),
    });
  return costAt(2) - costAt(1);
}
