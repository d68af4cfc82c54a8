import { readFile } from 'node:fs/promises';

/**
 * What a file of the developer tools has in its lines, all of it or what went to one, newest first. A line that a killed
 * process left half-written is left out.
 */
export async function readShown<Shown extends { to: string }>(
  file: string,
  to: string | undefined,
): Promise<Shown[]> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const all = lines.flatMap((line) => readable<Shown>(line)).toReversed();
  return to ? all.filter((shown) => shown.to === to) : all;
}

function readable<Shown>(line: string): Shown[] {
  try {
    return [JSON.parse(line) as Shown];
  } catch {
    return [];
  }
}
