import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../src/adapters/files/folder-files.ts';
import { S3Files } from '../../src/adapters/files/s3-files.ts';
import type { ByteRange, Files } from '../../src/ports/files.ts';
import { MovableClock } from '../support/clock.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { S3 } from '../support/s3.ts';

const MIB = 1024 ** 2;
const IMPATIENT = { connectMs: 2_000, idleMs: 1_500, attempts: 2 };
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

async function* of(...chunks: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
async function* mebibytes(count: number, letter = 'x'): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count * 16; i++) yield Buffer.alloc(MIB / 16, letter);
}
const folder = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-files-'));
  toEnd.push(() => rm(dir, { recursive: true }));
  return dir;
};
const text = async (files: Files, key: string) => {
  const found = await files.read(key);
  return found && (await buffer(found.content)).toString();
};

const sizeOf = async (files: Files, key: string, range?: ByteRange) => {
  const found = await files.read(key, range);
  found?.content.destroy();
  return found?.size;
};

let s3: S3;
beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());

describe.each(['a folder', 'S3'])('files in %s', (where) => {
  let files: Files;
  let key: string;
  beforeEach(async () => {
    files = where === 'S3' ? new S3Files(s3.url()) : new FolderFiles(await folder(), new MovableClock());
    toEnd.push(() => files.close());
    key = `key-${randomBytes(8).toString('hex')}.pdf`;
  });

  test('are read as they were written', async () => {
    expect(await files.write(key, of('Привет, ', 'мир'))).toEqual({ size: 20 });
    const found = await files.read(key);
    expect(found!.size).toBe(20);
    expect((await buffer(found!.content)).toString()).toBe('Привет, мир');
  });

  test('may be empty', async () => {
    expect(await files.write(key, of())).toEqual({ size: 0 });
    const found = await files.read(key);
    expect([found!.size, (await buffer(found!.content)).length]).toEqual([0, 0]);
  });

  test('are not there before they are written and after they are removed, as often as one likes', async () => {
    expect(await files.read(key)).toBeUndefined();
    await files.remove(key);
    await files.write(key, of('a'));
    await files.remove(key);
    await files.remove(key);
    expect(await files.read(key)).toBeUndefined();
  });

  test('are replaced by what is written under their key', async () => {
    await files.write(key, of('the first, which is longer'));
    await files.write(key, of('the second'));
    expect(await text(files, key)).toBe('the second');
    expect(await sizeOf(files, key, { start: 4 })).toBe(10);
  });

  test.each([
    [{ start: 2, end: 4 }, '234'],
    [{ start: 7 }, '789'],
    [{ start: 0, end: 3 }, '0123'],
    [{ start: 9, end: 9 }, '9'],
    [{ start: 5, end: 1_000 }, '56789'],
  ])('are read in part: %j', async (range, part) => {
    await files.write(key, of('0123456789'));
    const found = await files.read(key, range);
    expect(found!.size).toBe(10);
    expect((await buffer(found!.content)).toString()).toBe(part);
  });

  test('have nothing after their end', async () => {
    await files.write(key, of('0123456789'));
    await expect(files.read(key, { start: 10 })).rejects.toThrow(RangeError);
    expect(await files.read(`no-${key}`, { start: 10 })).toBeUndefined();
  });

  test('of 100 MB pass through little memory, and come back bit by bit as they were', async () => {
    setFlagsFromString('--expose_gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const held = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = held();
    const written = createHash('sha256');
    // Of S3 the server, too, is in this process
    let most = 0;
    async function* content() {
      for (let i = 0; i < 100; i++) {
        const chunk = randomBytes(MIB);
        written.update(chunk);
        yield chunk;
        if (i % 5 === 4) most = Math.max(most, held() - before);
      }
    }
    expect(await files.write(key, content())).toEqual({ size: 100 * MIB });
    expect(most / MIB).toBeLessThan(where === 'S3' ? 60 : 8);
    const read = createHash('sha256');
    for await (const chunk of (await files.read(key))!.content) read.update(chunk as Uint8Array);
    expect(read.digest('hex')).toBe(written.digest('hex'));
  });

  test('are whole, whichever of several writers came last', async () => {
    const letters = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(letters.map((letter) => files.write(key, mebibytes(6, letter))));
    const content = (await text(files, key))!;
    expect(content).toHaveLength(6 * MIB);
    expect(new Set(content).size).toBe(1);
  });

  test('are read to the end as they were when the reading began', async () => {
    await files.write(key, mebibytes(8, 'a'));
    const { content } = (await files.read(key))!;
    await files.write(key, mebibytes(7, 'b'));
    const whole = await buffer(content);
    expect(whole.length).toBe(8 * MIB);
    expect(whole.every((byte) => byte === 'a'.charCodeAt(0))).toBe(true);
    expect(await sizeOf(files, key)).toBe(7 * MIB);
  });

  test.each([
    ['at once', 0],
    ['within the first part', 1],
    ['after several parts', 12],
  ])('that break off %s are not there, and what was there stays', async (_when, count) => {
    async function* broken() {
      yield* mebibytes(count);
      throw new Error('the source broke');
    }
    await expect(files.write(key, broken())).rejects.toThrow('the source broke');
    expect(await files.read(key)).toBeUndefined();
    await files.write(key, of('whole'));
    await expect(files.write(key, broken())).rejects.toThrow('the source broke');
    expect(await text(files, key)).toBe('whole');
  });

  test('are not there while they are being written', async () => {
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    async function* slow() {
      yield* mebibytes(11);
      reached.resolve();
      await goOn.promise;
      yield* mebibytes(1);
    }
    const written = files.write(key, slow());
    await reached.promise;
    expect(await files.read(key)).toBeUndefined();
    goOn.resolve();
    await written;
    expect(await sizeOf(files, key)).toBe(12 * MIB);
  });

  test.each(['../escape', '/etc/passwd', 'a/b', '', '.hidden', 'A', 'a\0b', 'a'.repeat(129), 'ключ', 'a\\b'])(
    'have no such key: %j',
    async (bad) => {
      await expect(files.write(bad, of('x'))).rejects.toThrow(TypeError);
      await expect(files.read(bad)).rejects.toThrow(TypeError);
      await expect(files.remove(bad)).rejects.toThrow(TypeError);
    },
  );
});

describe('a folder', () => {
  test('is not left with what failed, and in a day not with what a dead process left', async () => {
    const dir = await folder();
    const clock = new MovableClock();
    const stuck = Promise.withResolvers<void>();
    async function* neverEnding() {
      yield Buffer.from('half');
      await stuck.promise;
    }
    const dying = new FolderFiles(dir, clock).write('a', neverEnding());
    const left = () => readdir(join(dir, '.unfinished'));
    await expect.poll(() => left().catch(() => [])).toHaveLength(1);
    await new FolderFiles(dir, clock).write('b', of('b'));
    expect(await left()).toHaveLength(1);
    clock.advance({ hours: 25 });
    await new FolderFiles(dir, clock).write('b', of('b'));
    expect(await left()).toEqual([]);
    stuck.resolve();
    await expect(dying).rejects.toThrow('ENOENT');
    expect(await readdir(dir)).toEqual(expect.arrayContaining(['.unfinished', 'b']));
    expect(await readdir(dir)).toHaveLength(2);
  });

  test('that cannot be written to says so, and is used once it can be', async () => {
    const place = join(await folder(), 'files');
    await writeFile(place, 'no folder');
    const files = new FolderFiles(place, new MovableClock());
    await expect(files.write('a', of('x'))).rejects.toThrow('ENOTDIR');
    await expect(files.read('a')).rejects.toThrow('ENOTDIR');
    await rm(place);
    await files.write('a', of('x'));
    expect(await text(files, 'a')).toBe('x');
  });
});

test('S3: sixty readers that do not read keep nobody from reading and storing', async () => {
  const files = new S3Files(s3.url());
  toEnd.push(() => files.close());
  await files.write('slow', mebibytes(2));
  const slow = await Promise.all(Array.from({ length: 60 }, () => files.read('slow')));
  toEnd.push(() => slow.forEach((file) => file!.content.destroy()));
  await files.write('beside', of('x'));
  expect(await text(files, 'beside')).toBe('x');
});

describe('S3 that fails', () => {
  let proxy: FaultyProxy;
  let files: S3Files;
  beforeEach(async () => {
    proxy = await FaultyProxy.to(s3.port);
    files = new S3Files(s3.url(proxy.port), IMPATIENT);
    toEnd.push(
      () => proxy.stop().catch(() => {}),
      () => files.close(),
    );
  });
  const direct = () => {
    const there = new S3Files(s3.url());
    toEnd.push(() => there.close());
    return there;
  };

  test.each([
    ['refuses', 'stop'],
    ['says nothing', 'mute'],
    ['breaks off', { resetAfter: 100 }],
  ] as const)('and %s: every call rejects, and nothing is there', async (_how, way) => {
    if (way === 'stop') await proxy.stop();
    else proxy.way = way;
    await expect(files.write('small', of('x'))).rejects.toThrow();
    await expect(files.write('large', mebibytes(12))).rejects.toThrow();
    await expect(files.read('small')).rejects.toThrow();
    await expect(files.remove('small')).rejects.toThrow();
    expect(await direct().read('small')).toBeUndefined();
    expect(await direct().read('large')).toBeUndefined();
  });

  test('in the middle of a large file: the write rejects, nothing is there, and the source is ended', async () => {
    let ended = false;
    async function* content() {
      try {
        for (let i = 0; i < 60; i++) {
          if (i === 7) proxy.way = { resetAfter: 0 };
          yield Buffer.alloc(MIB);
        }
      } finally {
        ended = true;
      }
    }
    await expect(files.write('breaking', content())).rejects.toThrow();
    expect(ended).toBe(true);
    expect(await direct().read('breaking')).toBeUndefined();
  });

  test('by no longer taking anything: no more is asked of the source, and the write rejects', async () => {
    let asked = 0;
    async function* content() {
      for (; asked < 200; asked++) {
        if (asked === 12) proxy.way = 'stall';
        yield Buffer.alloc(MIB);
        await turn();
      }
    }
    await expect(files.write('stalling', content())).rejects.toThrow();
    expect(asked).toBeLessThan(60);
    expect(await direct().read('stalling')).toBeUndefined();
  });

  test.each([
    ['breaks off', { breakAnswerAfter: MIB }],
    ['falls silent', 'mute'],
  ] as const)(
    'while a file is read and %s: the reading fails, and is never taken for the end',
    async (_how, way) => {
      await direct().write('reading', mebibytes(20));
      const { content, size } = (await files.read('reading'))!;
      let bytes = 0;
      const reading = (async () => {
        for await (const chunk of content as Readable & AsyncIterable<Buffer>) {
          bytes += chunk.length;
          proxy.way = way;
        }
      })();
      await expect(reading).rejects.toThrow();
      expect(bytes).toBeLessThan(size);
    },
  );

  test('and works again is used again', async () => {
    proxy.way = 'mute';
    await expect(files.write('again', of('x'))).rejects.toThrow();
    proxy.way = 'pass';
    await files.write('again', of('y'));
    expect(await text(files, 'again')).toBe('y');
  });

  test('by wrong credentials says so, and not that there is no file', async () => {
    const stranger = new S3Files(s3.url().replace('S3RVER:S3RVER', 'S3RVER:wrong'));
    toEnd.push(() => stranger.close());
    await expect(stranger.read('again')).rejects.toThrow();
    await expect(stranger.write('again', of('z'))).rejects.toThrow();
  });
});
