import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PlainError } from '../../ports/plain-error.ts';

const SQLITE_BUSY = 5;
/** Kept here until released: an open file that nothing refers to would be closed, and its lock with it. */
const held = new Set<DatabaseSync>();

/** The folder is in use by another running process. */
export class FolderInUse extends PlainError {
  constructor(dir: string) {
    super(
      `${dir} is in use by another Internet Assistant that is still running: stop it first, or name a database by DATABASE_URL`,
    );
  }
}

/**
 * Takes a folder for this process alone and returns the release. The lock is SQLite's lock on a file:
 * the operating system lets go of it however the process ends, on every platform Node runs on.
 * @throws FolderInUse while another process holds it
 */
export function lockFolder(dir: string): () => void {
  const file = new DatabaseSync(join(dir, 'lock'));
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) throw new FolderInUse(dir);
    throw error;
  }
  held.add(file);
  return () => {
    if (held.delete(file)) file.close();
  };
}
