import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const installation = z.object({
  databasePassword: z.string().min(16),
  secretsKeys: z.array(z.string().min(32)).min(1),
});

/** What an installation with a database of its own keeps secret. */
export type Installation = z.infer<typeof installation>;

/** Reads the secrets kept in the folder, or makes them on the first start. The caller holds the folder's lock. */
export async function openInstallation(dir: string): Promise<Installation> {
  const file = join(dir, 'secrets.json');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return installation.parse(JSON.parse(kept));
  const fresh = {
    databasePassword: randomBytes(24).toString('base64url'),
    secretsKeys: [randomBytes(32).toString('base64url')],
  };
  await mkdir(dir, { recursive: true });
  // Whole or not at all: a half-written file would lock the data away.
  await writeFile(`${file}.new`, JSON.stringify(fresh), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return fresh;
}
