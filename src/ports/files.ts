import type { Readable } from 'node:stream';

/** The bytes from `start` to `end`, both included, counted from 0 and not crossed; without `end`, all that follow. */
export interface ByteRange {
  start: number;
  end?: number;
}

export interface StoredFile {
  /** Bytes of the whole file, whatever part of it is read. */
  size: number;
  /** To be read to its end or destroyed. Fails if the store breaks off: what came is then not all. */
  content: Readable;
}

/**
 * Whole files under keys. A key is ours and never a path: 1 to 128 of lower-case letters, digits, `.`, `_` and `-`,
 * a letter or a digit first; any other is a TypeError.
 */
export interface Files {
  /**
   * Writes a file from its beginning to its end, no faster than the store takes it. It can be read once this
   * resolves, in place of an earlier one under the key; whoever reads that one reads it to its end. If this rejects,
   * or the process dies, nothing of it can ever be read; if the content fails, this rejects as it did. May be
   * repeated; of several at once, one stays, whole.
   */
  write(key: string, content: AsyncIterable<Uint8Array>): Promise<{ size: number }>;
  /**
   * The file, or a part of it; undefined if there is none. A range past the end is cut there; one that begins there
   * rejects with a RangeError. Rejects, too, when the store does not answer in time.
   */
  read(key: string, range?: ByteRange): Promise<StoredFile | undefined>;
  /** Removes a file; one that is not there is removed already. */
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}
