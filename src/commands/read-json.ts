import { readFile } from 'node:fs/promises';
import { PlainError } from '../ports/plain-error.ts';

/** What a file says. @throws PlainError */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PlainError(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
