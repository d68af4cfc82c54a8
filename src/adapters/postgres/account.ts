import { execFileSync, spawnSync } from 'node:child_process';
import { PlainError } from '../../ports/plain-error.ts';

/** The operating-system user that PostgreSQL runs as; undefined: whoever runs this process. */
export interface Account {
  uid: number;
  gid: number;
}

const idOf = (flag: '-u' | '-g', user: string): number =>
  Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));

/** PostgreSQL refuses to run as root; initdb needs an account that exists. */
export function databaseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', user), gid: idOf('-g', user) };
    } catch {
      continue;
    }
  }
  throw new PlainError(
    'As root, PostgreSQL needs an unprivileged account to run as: neither "postgres" nor "nobody" exists',
  );
}

/** Whether a command succeeds as that account: asked of the system itself, which knows every rule about access. */
export const worksAs = (account: Account, command: string, args: string[]): boolean =>
  spawnSync(command, args, { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
