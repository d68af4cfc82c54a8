import type { CommandLine } from './command-line.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';

/** What is said once it is ready: one line for a program, and all that there is to look at for a developer. */
export function greetingOf(
  { ephemeral, json }: CommandLine,
  config: Config,
  { embedded }: Database,
  url: string,
): string {
  if (config.ROLE === 'worker') return `The worker is ready: ${url}/health/ready\n\n`;
  const ready = json ? JSON.stringify({ url }) : `The Internet Assistant is ready: ${url}/graphql`;
  if (json || ephemeral) return `${ready}\n`;
  const lines = [ready];
  if (config.DEV_TOOLS) {
    lines.push(
      '',
      `  Web page      ${url}`,
      `  GraphiQL      ${url}/graphiql`,
      `  SMS sent      ${url}/dev/sms`,
      `  Mail sent     ${url}/dev/mail`,
      `  Demo partner  ${url}/dev/partner`,
      '  Numbers       +79160000001 everyday · …02 3.00 RUB · …03 suspended · …04 Content ban on · …05 the network refuses',
      '                …06 the network takes 20 s · …07 much usage · …08 new line · …09 archived tariff · …99 nobody’s',
    );
  }
  if (embedded) lines.push(`  Database      ${embedded.place}`);
  return `${lines.join('\n')}\n\n`;
}
