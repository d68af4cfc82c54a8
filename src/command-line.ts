import { parseArgs } from 'node:util';
import { BadSettings } from './config.ts';

/** How the product is asked to start. */
export interface CommandLine {
  /** A throw-away server: nothing of it is left when it ends. */
  ephemeral: boolean;
  /** The line that says where it serves is for a program. */
  json: boolean;
  /** Settings that go before those of the environment. */
  settings: Record<string, string>;
}

/** @throws BadSettings for what is not known */
export function readCommandLine(args: string[]): CommandLine {
  try {
    const { values } = parseArgs({
      args,
      options: {
        ephemeral: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        port: { type: 'string' },
      },
    });
    const { ephemeral, json, port } = values;
    return { ephemeral, json, settings: port === undefined ? {} : { PORT: port } };
  } catch (error) {
    throw new BadSettings([(error as Error).message, 'there are --ephemeral, --port NUMBER and --json']);
  }
}

/** What leads outside, or to what is to stay: a throw-away server has none of it, whatever the environment says. */
const LASTING =
  /^(NODE_ENV|ROLE|DATABASE_URL|DATA_DIR|DEV_TOOLS|SECRETS_KEYS|PUBLIC_URL|(SMS|MAIL|FILES)_URL|PROVISIONING_.*)$/;

/** The environment of a throw-away server: limits and the like as they are, developer tools on, a log of warnings. */
export const ephemeralSettings = (
  env: Record<string, string | undefined>,
): Record<string, string | undefined> => ({
  LOG_LEVEL: 'warn',
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !LASTING.test(name))),
  DEV_TOOLS: 'on',
});
