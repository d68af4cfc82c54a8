import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../ports/clock.ts';
import type { ByteRange, Files, StoredFile } from '../../ports/files.ts';
import { checkedKey } from './key.ts';

const DAY_MS = 86_400_000;
/** What waits for the disk at the most: a write for each few kilobytes would take longer than making them. */
const WAITING_BYTES = 1_048_576;

/** Files in a folder, which every process that reads or writes them must see. */
export class FolderFiles implements Files {
  readonly #dir: string;
  /** What is being written; a name with a dot in front is no key. */
  readonly #unfinished: string;
  readonly #clock: Clock;
  #ready: Promise<void> | undefined;

  constructor(dir: string, clock: Clock) {
    this.#dir = dir;
    this.#unfinished = join(dir, '.unfinished');
    this.#clock = clock;
  }

  async write(key: string, content: AsyncIterable<Uint8Array>): Promise<{ size: number }> {
    const place = join(this.#dir, checkedKey(key));
    await this.#prepared();
    const unfinished = join(this.#unfinished, randomUUID());
    try {
      const file = createWriteStream(unfinished, {
        flags: 'wx',
        mode: 0o600,
        flush: true,
        highWaterMark: WAITING_BYTES,
      });
      await pipeline(content, file);
      await rename(unfinished, place);
      await flushFolder(this.#dir);
      return { size: file.bytesWritten };
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  async read(key: string, { start, end }: ByteRange = { start: 0 }): Promise<StoredFile | undefined> {
    const file = await open(join(this.#dir, checkedKey(key))).catch(unlessAbsent);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      if (start > 0 && start >= size) throw new RangeError('The range begins after the end of the file');
      return { size, content: file.createReadStream({ start, end }) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(join(this.#dir, checkedKey(key)), { force: true });
  }

  async close(): Promise<void> {}

  #prepared(): Promise<void> {
    this.#ready ??= this.#prepare().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  /** Makes the folder, and removes what processes that died have left in the middle. */
  async #prepare(): Promise<void> {
    await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
    const old = this.#clock.now().getTime() - DAY_MS;
    for (const name of await readdir(this.#unfinished)) {
      const file = join(this.#unfinished, name);
      const { mtimeMs } = (await stat(file).catch(unlessAbsent)) ?? { mtimeMs: Infinity };
      if (mtimeMs < old) await rm(file, { force: true });
    }
  }
}

/** A new name is safe from a power cut only once its folder is written. */
async function flushFolder(dir: string): Promise<void> {
  const folder = await open(dir);
  await folder.sync().finally(() => folder.close());
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
