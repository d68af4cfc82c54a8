import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');

/** When the newest file of a folder was written; 0 where there is none. */
async function newest(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const times = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
}

/** Builds the web page anew if it was changed since: `npm ci` builds it, an edit does not. */
export async function buildWebIfStale(): Promise<void> {
  const documents = (await stat(join(ROOT, 'src/generated/operations.ts'))).mtimeMs;
  const written = Math.max(await newest(join(ROOT, 'src/web')), documents);
  if (written < (await newest(join(ROOT, 'build/web')))) return;
  await promisify(execFile)(process.execPath, [VITE, 'build', 'src/web', '--logLevel', 'warn'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
