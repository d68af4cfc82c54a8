/** How often a test repeats what chance decides: `npm run test:long` takes its time. */
export const rounds = (short: number, long: number): number => (process.env['LONG'] ? long : short);
