import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * npm runs a script through a shell, which may stay in between and outlive a killed npm. Returns the question whether
 * all of those that started us are still there.
 */
export function watchStarters(): () => boolean {
  const shell = process.ppid;
  const { parent: npm, command } = processAt(shell);
  const isShell = /^\W*(da|ba|a|z|k)?sh$/.test(command);
  if (!isShell || npm <= 1) return () => process.ppid === shell;
  return () => process.ppid === shell && processAt(shell).parent === npm;
}

/** A process's parent and the program it runs; zero and nothing if there is no such process. */
function processAt(pid: number): { parent: number; command: string } {
  try {
    if (process.platform === 'linux') {
      // proc(5): pid (command) state ppid …; the command may hold anything, parentheses too
      const [, command = '', parent] =
        /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return { parent: Number(parent), command };
    }
    const line = execFileSync('ps', ['-o', 'ppid=,ucomm=', '-p', String(pid)], { encoding: 'utf8' });
    const [parent, command = ''] = line.trim().split(/\s+/);
    return { parent: Number(parent), command };
  } catch {
    return { parent: 0, command: '' };
  }
}
