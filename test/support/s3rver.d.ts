declare module '@20minutes/s3rver' {
  interface StoredObject {
    bucket: string;
    key: string;
    content: AsyncIterable<Uint8Array>;
  }

  interface Store {
    putObject(object: StoredObject): Promise<unknown>;
    putContent(path: string, content: AsyncIterable<Uint8Array>): Promise<[size: number, md5: string]>;
    getObject(bucket: string, key: string, options?: object): Promise<unknown>;
  }

  export default class S3rver {
    store: Store;
    httpServer: import('node:http').Server;
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      configureBuckets: { name: string }[];
    });
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
