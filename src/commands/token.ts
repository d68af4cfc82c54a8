// npm run token -- staff support: a development token for GraphiQL, for the roles named.
import { openInstallation } from '../adapters/installation.ts';
import { readConfig } from '../config.ts';
import { PlainError } from '../ports/plain-error.ts';
import { Secrets } from '../secrets.ts';
import { devStaffToken } from '../staff/tokens.ts';
import { command } from './command.ts';

await command(async () => {
  const [kind, ...roles] = process.argv.slice(2);
  const config = readConfig(process.env);
  if (kind !== 'staff') throw new PlainError('Say for whom: npm run token -- staff support');
  if (!config.DEV_TOOLS) throw new PlainError('DEV_TOOLS is off: these tokens would not be believed');
  const keys = config.SECRETS_KEYS.length
    ? config.SECRETS_KEYS
    : (await openInstallation(config.DATA_DIR)).secretsKeys;
  const app = { config, clock: { now: () => new Date() }, secrets: new Secrets(keys) };
  process.stdout.write(`${await devStaffToken(app, roles)}\n`);
});
