import { DeleteObjectCommand, GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { ByteRange, Files, StoredFile } from '../../ports/files.ts';
import { checkedKey } from './key.ts';

export interface S3Timings {
  connectMs: number;
  /** The longest silence of a connection that is at work. */
  idleMs: number;
  /** How often a request is made before it counts as failed. */
  attempts: number;
}

const TIMINGS: S3Timings = { connectMs: 5_000, idleMs: 30_000, attempts: 3 };
/** Parts on their way at once; each takes 5 MiB of memory. */
const PARTS_AT_ONCE = 2;
/** A download holds one for as long as its reader takes: as many as the SDK has unless told (50) would be all gone soon. */
const CONNECTIONS = 1_000;

/**
 * Files in a bucket of an S3 store. One that is written becomes visible when its last part is in; parts that a dying
 * process leaves are invisible, and removed by the bucket's own rule (AbortIncompleteMultipartUpload).
 */
export class S3Files implements Files {
  readonly #client: S3Client;
  readonly #bucket: string;

  /** s3://access_key:secret@host:port/bucket?region=eu-central-1&tls=off; secrets in percent-encoding. */
  constructor(url: string, timings: Partial<S3Timings> = {}) {
    const { username, password, host, pathname, searchParams } = new URL(url);
    const { connectMs, idleMs, attempts } = { ...TIMINGS, ...timings };
    this.#bucket = decodeURIComponent(pathname.slice(1));
    this.#client = new S3Client({
      endpoint: `${searchParams.get('tls') === 'off' ? 'http' : 'https'}://${host}`,
      region: searchParams.get('region') ?? 'us-east-1',
      credentials: {
        accessKeyId: decodeURIComponent(username),
        secretAccessKey: decodeURIComponent(password),
      },
      forcePathStyle: true,
      // Stores other than Amazon's do not know its newer checksums
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: attempts,
      requestHandler: {
        connectionTimeout: connectMs,
        socketTimeout: idleMs,
        httpAgent: { maxSockets: CONNECTIONS },
        httpsAgent: { maxSockets: CONNECTIONS },
      },
    });
  }

  async write(key: string, content: AsyncIterable<Uint8Array>): Promise<{ size: number }> {
    const target = this.#target(key);
    let size = 0;
    let broken: { error: unknown } | undefined;
    async function* counted() {
      try {
        for await (const chunk of content) {
          size += chunk.length;
          yield chunk;
        }
      } catch (error) {
        broken = { error };
        throw error;
      }
    }
    const body = Readable.from(counted());
    const params = { ...target, Body: body };
    try {
      await new Upload({ client: this.#client, queueSize: PARTS_AT_ONCE, params }).done();
    } catch (error) {
      // What the store said of its tidying up matters less than why there was any
      throw broken ? broken.error : error;
    } finally {
      body.destroy();
    }
    return { size };
  }

  async read(key: string, range?: ByteRange): Promise<StoredFile | undefined> {
    const bytes = range && `bytes=${range.start}-${range.end ?? ''}`;
    const command = new GetObjectCommand({ ...this.#target(key), Range: bytes });
    const found = await this.#client.send(command).catch(unlessAbsent);
    if (!found) return undefined;
    const size = Number(found.ContentRange?.split('/')[1] ?? found.ContentLength);
    return { size, content: found.Body as Readable };
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#target(key)));
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #target(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: checkedKey(key) };
  }
}

function unlessAbsent(error: unknown): undefined {
  const name = error instanceof S3ServiceException ? error.name : '';
  if (name === 'InvalidRange') throw new RangeError('The range begins after the end of the file');
  if (name !== 'NoSuchKey') throw error;
  return undefined;
}
