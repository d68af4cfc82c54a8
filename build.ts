// npm run build: the package's JavaScript and the client's declarations, with what is read at run time beside them in
// the same places as here. Node does not strip types below node_modules.
import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PROJECTS = ['tsconfig.build.json', 'tsconfig.client.json'];
const READ_AT_RUN_TIME = ['schema', 'prisma/migrations', 'build/web'];

const root = import.meta.dirname;
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

await rm(join(root, 'dist'), { recursive: true, force: true });
for (const project of PROJECTS)
  execFileSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
for (const path of READ_AT_RUN_TIME)
  await cp(join(root, path), join(root, 'dist', path), { recursive: true });
