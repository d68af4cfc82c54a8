// npm run check:contract: compares the printed schema with the public contract, where that lies beside the repository.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compareWithContract } from './contract.ts';

const read = (path: string): Promise<string> =>
  readFile(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

const contract = await read('../../../shared/design/contract.graphql').catch(() => undefined);
if (contract === undefined) process.stdout.write('The contract is not beside this clone: not compared.\n');
else {
  const faults = compareWithContract(contract, await read('../../schema/schema.graphql'));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length ? 1 : 0;
}
