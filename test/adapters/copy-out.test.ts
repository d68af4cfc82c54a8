import { Readable } from 'node:stream';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { BinaryRows } from '../../src/adapters/postgres/binary-rows.ts';
import { CopyOut } from '../../src/adapters/postgres/copy-out.ts';
import type { CopiedRows } from '../../src/ports/copies.ts';

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
const message = (letter: string, content: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(length.length + content.length);
  return Buffer.concat([Buffer.from(letter), length, content]);
};
const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const noMore = message('d', Buffer.from([0xff, 0xff]));

const given = [
  { at: new Date('2026-03-01T00:00:00.001Z'), kind: 'CALL', peer: '+79160000001', amount: 0 },
  { at: new Date('1999-12-31T23:59:59.999Z'), kind: 'SMS', peer: 'ё😀', amount: -1 },
  { at: new Date('2026-03-01T00:00:00.000Z'), kind: 'DATA', peer: '', amount: Number.MAX_SAFE_INTEGER },
];
const rows = given.map(({ at, kind, peer, amount }) =>
  row(
    int8(BigInt(at.getTime() - EPOCH_MS) * 1_000n),
    column(Buffer.from(kind)),
    column(Buffer.from(peer)),
    int8(BigInt(amount)),
  ),
);
/** As PostgreSQL sends it: the header is in the message of the first row, and anything may come between. */
const copied = Buffer.concat([
  message('H', Buffer.from([1, 0, 4, 0, 1, 0, 1, 0, 1, 0, 1])),
  ...rows.flatMap((each, index) => [
    message('N', Buffer.from('a notice')),
    message('d', index ? each : Buffer.concat([header, each])),
  ]),
  noMore,
]);
const afterwards = Buffer.concat([message('c', Buffer.alloc(0)), message('Z', Buffer.from('I'))]);

/** What is read of a connection that gives these bytes in pieces; and what its driver got of them. */
async function read(bytes: Buffer, size: number, atEnd: (copy: CopyOut) => void) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  const stream = Readable.from(pieces, { objectMode: false, highWaterMark: 1 });
  const copy = new CopyOut('COPY');
  let left = Buffer.alloc(0);
  stream.on('data', (piece: Buffer) => {
    left = Buffer.concat([left, piece]);
    if (left.equals(afterwards)) atEnd(copy);
  });
  copy.submit({ stream, query: () => {} } as unknown as pg.Connection);
  const found = [];
  let isFirst = true;
  for await (const messages of copy.messages()) {
    const each = new BinaryRows(messages, isFirst);
    isFirst = false;
    while (each.next()) {
      const [at, kind] = [new Date(each.moment()), KINDS[each.oneOf(KINDS)]];
      each.text();
      const peer = each.bytes.toString('utf8', each.textStart, each.textEnd);
      found.push({ at, kind, peer, amount: each.integer() });
    }
  }
  return { found, left };
}

describe('rows copied in binary', () => {
  test('are the same in whatever pieces they come, and the driver has what follows them', async () => {
    const whole = Buffer.concat([copied, afterwards]);
    for (let size = 1; size <= whole.length; size++) {
      const { found, left } = await read(whole, size, (copy) => copy.handleReadyForQuery());
      expect(found).toEqual(given);
      expect(left).toEqual(afterwards);
    }
  });

  test('are an error where the server ends them with one', async () => {
    const failing = read(Buffer.concat([copied, afterwards]), 7, (copy) =>
      copy.handleError(new Error('canceling statement')),
    );
    await expect(failing).rejects.toThrow('canceling statement');
  });

  test('that hold what cannot be read are errors', () => {
    const reading = (only: Buffer, how: (each: CopiedRows) => unknown) => () => {
      const bytes = message('d', Buffer.concat([header, row(only)]));
      const each = new BinaryRows(bytes, true);
      expect(each.next()).toBe(true);
      how(each);
    };
    expect(reading(int8(2n ** 53n), (each) => each.integer())).toThrow(RangeError);
    expect(reading(column(Buffer.from('FAX')), (each) => each.oneOf(KINDS))).toThrow('FAX');
    expect(reading(Buffer.from([0xff, 0xff, 0xff, 0xff]), (each) => each.text())).toThrow('null');
  });
});
