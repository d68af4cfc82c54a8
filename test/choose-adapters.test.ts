import { expect, test } from 'vitest';
import { chooseAdapters } from '../src/choose-adapters.ts';
import { openLog } from '../src/seeing/log.ts';
import { MovableClock } from './support/clock.ts';
import { testConfig } from './support/config.ts';

/** What is logged as an error while the adapters are chosen. */
async function errorsFor(settings: Record<string, string>): Promise<string> {
  let text = '';
  const log = openLog({ LOG_LEVEL: 'error' }, { write: (line) => void (text += line) });
  const random = { bytes: (count: number) => Buffer.alloc(count) } as never;
  await chooseAdapters({ config: testConfig(settings), clock: new MovableClock(), random, log }, {});
  return text;
}

test('where people use it, a network that only pretends is an error in the log', async () => {
  const production = { NODE_ENV: 'production', DEV_TOOLS: 'off' };
  expect(await errorsFor(production)).toContain('PROVISIONING_URL is sim');
  expect(await errorsFor({ ...production, PROVISIONING_URL: 'https://network.example/v4' })).toBe('');
  expect(await errorsFor({})).toBe('');
});
