import type { Report } from '../csv-file.ts';

const EVERY_MS = 5_000;

/**
 * Says which lines of a file were left out, and why; and now and then on standard error, apart from what is worth
 * keeping, how far it has come.
 */
export function reportLoad(): Report {
  let saidAt = performance.now();
  return {
    leftOut: ({ line, reason }) => void process.stdout.write(`line ${line}: left out: ${reason}\n`),
    soFar: ({ lines, share }) => {
      if (performance.now() - saidAt < EVERY_MS) return;
      saidAt = performance.now();
      const percent = share === undefined ? '' : `, ${Math.floor(100 * share)} % of the file`;
      process.stderr.write(`${lines} lines read${percent}\n`);
    },
  };
}
