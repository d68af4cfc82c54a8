import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningApp } from '../../src/app.ts';
import { loadUsage } from '../../src/usage/load-usage.ts';

const HOUR_MS = 3_600_000;

/** Records a second that `npm run usage:load` takes, spread over these lines. */
export async function measureUsageLoad(
  app: RunningApp,
  phoneNumbers: readonly string[],
  records: number,
): Promise<number> {
  const path = join(app.config.DATA_DIR, `usage-${performance.now()}.csv`);
  const now = Date.now();
  const kinds = ['CALL', 'SMS', 'DATA'];
  const lines = Array.from({ length: records }, (_, index) => {
    const at = new Date(now - ((index * 7) % 400) * HOUR_MS).toISOString();
    const phone = phoneNumbers[(index * 7_919) % phoneNumbers.length]!;
    return `scale-${now}-${index},${phone},${at},${kinds[index % 3]},+79160000000,${index % 1_000},0`;
  });
  await writeFile(path, `record_id,phone_number,at,kind,peer,amount,cost\n${lines.join('\n')}\n`);
  const start = performance.now();
  const { loaded } = await loadUsage(app, path, {
    leftOut: ({ reason }) => {
      throw new Error(reason);
    },
  });
  if (loaded !== records) throw new Error(`${loaded} of ${records} records were loaded`);
  return (records * 1_000) / (performance.now() - start);
}
