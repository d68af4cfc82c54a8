import { execFile } from 'node:child_process';
import { cp, glob, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Step {
  word: string;
  rest: string;
}

export interface Stage {
  name: string;
  base: string;
  steps: Step[];
}

/** The stages of a Dockerfile, each with its steps as they are written. */
export async function readDockerfile(path: string): Promise<Stage[]> {
  const text = (await readFile(path, 'utf8')).replaceAll(/^\s*#.*\n/gm, '').replaceAll('\\\n', ' ');
  const stages: Stage[] = [];
  for (const line of text.split('\n').filter((each) => each.trim())) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    const [, base = '', name = ''] = (word === 'FROM' && /^(\S+)(?: AS (\S+))?$/.exec(rest)) || [];
    if (word === 'FROM') stages.push({ name, base, steps: [] });
    else if (word !== 'ARG') stages.at(-1)!.steps.push({ word, rest });
  }
  return stages;
}

/** What a stage says last with that word. */
export const said = ({ steps }: Stage, word: string): string | undefined =>
  steps.findLast((step) => step.word === word)?.rest;

/** The environment that a stage gives to its process. */
export const environmentOf = ({ steps }: Stage): Record<string, string> =>
  Object.fromEntries(
    steps
      .filter(({ word }) => word === 'ENV')
      .flatMap(({ rest }) => rest.split(/\s+/).map((pair) => pair.split('=', 2) as [string, string])),
  );

/**
 * Carries the stages out in folders below `into`, on the system that is here in the place of their base, and returns the
 * last one’s. What the last one runs is left out: it is about the files of its base.
 */
export async function carryOut(stages: readonly Stage[], context: string, into: string): Promise<string> {
  for (const stage of stages) {
    const root = join(into, stage.name);
    let folder = root;
    for (const { word, rest } of stage.steps) {
      if (word === 'WORKDIR') await mkdir((folder = join(root, rest)), { recursive: true });
      if (word === 'RUN' && stage !== stages.at(-1)) await runIn(folder, rest);
      if (word !== 'COPY') continue;
      const [, from, what = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(rest) ?? [];
      const names = what.split(' ');
      const to = resolve(folder, names.pop()!);
      if (from) await cp(join(into, from, names[0]!), to, { recursive: true, verbatimSymlinks: true });
      else await copyContext(context, names, folder);
    }
  }
  return join(into, stages.at(-1)!.name);
}

/** With the Node of the tests, which is the base’s, and this machine’s way to the packages. */
const runIn = (cwd: string, command: string) =>
  run('sh', ['-euc', command], {
    cwd,
    env: { ...process.env, NODE_ENV: '', PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
    maxBuffer: 64 * 1024 * 1024,
  });

/** What .dockerignore lets through: it names what is taken, and then what of that is not. */
async function copyContext(context: string, names: readonly string[], to: string): Promise<void> {
  const lines = (await readFile(join(context, '.dockerignore'), 'utf8')).split('\n');
  const taken = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const left = lines.filter((line) => /^[^#!*]/.test(line));
  for await (const path of glob(taken, { cwd: context })) {
    if (!names.includes('.') && !names.includes(path)) continue;
    await cp(join(context, path), join(to, path), {
      recursive: true,
      filter: (each) => !left.includes(relative(context, each)),
    });
  }
}
