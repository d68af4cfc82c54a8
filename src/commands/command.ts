import { sayError } from '../say-error.ts';

/** What an operator runs: ends with code 1, and says why, where it cannot be done. */
export async function command(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    await sayError(error);
    process.exitCode = 1;
  }
}
