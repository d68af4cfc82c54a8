import { PlainError } from './ports/plain-error.ts';

/** Says on standard error why the program ends: plainly where it is known, else as the log has it. */
export async function sayError(error: unknown): Promise<void> {
  process.stderr.write(`${plainly(error) ?? (await asLogged(error))}\n`);
}

function plainly(error: unknown): string | undefined {
  if (error instanceof PlainError) return error.message;
  const { code, syscall, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${message}. Choose another port, such as PORT=4001`;
  return code === 'ENOENT' && syscall === 'open' ? message : undefined;
}

/** Without values that statements had in them. */
async function asLogged(error: unknown): Promise<string> {
  const { errorForLog } = await import('./seeing/log.ts');
  const { type, message, stack } = errorForLog(error);
  return `${type}: ${message}\n${stack}`;
}
