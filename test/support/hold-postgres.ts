// Starts a server on a folder, leaves a row with the own pid in it, and waits to be killed.
import pg from 'pg';
import { startEmbedded } from '../../src/adapters/postgres/embedded.ts';
import { lockFolder } from '../../src/adapters/postgres/folder-lock.ts';

const dir = process.argv[2]!;
lockFolder(dir);
const server = await startEmbedded({ dir, password: 'a password for tests', durable: true });
const client = new pg.Client(server.url('postgres'));
client.on('error', () => {});
await client.connect();
await client.query(`CREATE TABLE held AS SELECT ${process.pid} AS by`);
process.stdout.write('up\n');
setInterval(() => {}, 60_000);
