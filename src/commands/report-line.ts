import type { LeftOut } from '../csv-file.ts';

/** Says which line of a file was left out, and why. */
export const reportLine = ({ line, reason }: LeftOut): void => {
  process.stdout.write(`line ${line}: left out: ${reason}\n`);
};
