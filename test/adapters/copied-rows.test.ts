import { describe, expect, test } from 'vitest';
import { CopiedRows } from '../../src/adapters/postgres/copied-rows.ts';

const EPOCH_MS = Date.UTC(2000, 0, 1);
const KINDS = ['CALL', 'SMS', 'DATA'] as const;

const column = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const int8 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return column(bytes);
};
const row = (...columns: Buffer[]): Buffer => Buffer.concat([Buffer.from([0, columns.length]), ...columns]);
const whole = (...rows: Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'),
    Buffer.alloc(8),
    ...rows,
    Buffer.from([0xff, 0xff]),
  ]);

const given = [
  { at: new Date('2026-03-01T00:00:00.001Z'), kind: 'CALL', peer: '+79160000001', amount: 0 },
  { at: new Date('1999-12-31T23:59:59.999Z'), kind: 'SMS', peer: 'ё😀', amount: -1 },
  { at: new Date('2026-03-01T00:00:00.000Z'), kind: 'DATA', peer: '', amount: Number.MAX_SAFE_INTEGER },
];
const bytes = whole(
  ...given.map(({ at, kind, peer, amount }) =>
    row(
      int8(BigInt(at.getTime() - EPOCH_MS) * 1_000n),
      column(Buffer.from(kind)),
      column(Buffer.from(peer)),
      int8(BigInt(amount)),
    ),
  ),
);

describe('rows copied in binary', () => {
  test('are the same in whatever pieces they come', () => {
    for (let size = 1; size <= bytes.length; size++) {
      const rows = new CopiedRows();
      const read = [];
      for (let start = 0; start < bytes.length; start += size)
        read.push(
          ...rows.take(bytes.subarray(start, start + size), (each) => ({
            at: each.date(),
            kind: each.oneOf(KINDS),
            peer: each.text(),
            amount: each.integer(),
          })),
        );
      expect(read).toEqual(given);
    }
  });

  test('that hold what cannot be read are errors', () => {
    const read = (...columns: Buffer[]) => ({
      as: <Value>(how: (each: CopiedRows) => Value) =>
        new CopiedRows().take(whole(row(...columns)), (each) => how(each as CopiedRows)),
    });
    expect(() => read(int8(2n ** 53n)).as((each) => each.integer())).toThrow(RangeError);
    expect(() => read(column(Buffer.from('FAX'))).as((each) => each.oneOf(KINDS))).toThrow('FAX');
    expect(() => read(Buffer.from([0xff, 0xff, 0xff, 0xff])).as((each) => each.text())).toThrow('null');
  });
});
