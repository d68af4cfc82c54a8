import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import pLimit from 'p-limit';

const BUCKET = 'statements';

/** A real S3 server on a folder of its own. */
export class S3 {
  readonly #server: S3rver;
  readonly #dir: string;
  readonly port: number;

  private constructor(server: S3rver, dir: string, port: number) {
    this.#server = server;
    this.#dir = dir;
    this.port = port;
  }

  static async start(): Promise<S3> {
    const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-s3-'));
    const server = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: dir,
      configureBuckets: [{ name: BUCKET }],
    });
    replaceWhole(server);
    const { port } = await server.run();
    return new S3(server, dir, port);
  }

  /** Where it is, directly or through something that listens on another port. */
  url(port = this.port): string {
    return `s3://S3RVER:S3RVER@127.0.0.1:${port}/${BUCKET}?region=us-east-1&tls=off`;
  }

  async stop(): Promise<void> {
    this.#server.httpServer.closeAllConnections();
    await this.#server.close();
    await rm(this.#dir, { recursive: true });
  }
}

/** S3 replaces an object at once and whole; this server would write into the old one while it is read. */
function replaceWhole({ store }: S3rver): void {
  const one = pLimit(1);
  const putObject = store.putObject.bind(store);
  const putContent = store.putContent.bind(store);
  const getObject = store.getObject.bind(store);
  store.putContent = async (path, content) => {
    const result = await putContent(`${path}.new`, content);
    await rename(`${path}.new`, path);
    return result;
  };
  store.putObject = (object) => one(() => putObject(object));
  store.getObject = (...args) => one(() => getObject(...args));
}
