import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../src/config.ts';

/** Settings for a test: a free port, a folder of its own, silence, the developer tools. */
export const testConfig = (settings: Record<string, string> = {}): Config =>
  readConfig({
    PORT: '0',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'internet-assistant-test-')),
    LOG_LEVEL: 'warn',
    DEV_TOOLS: 'on',
    ...settings,
  });
