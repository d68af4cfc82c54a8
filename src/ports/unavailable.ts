/** Prisma's words for a database that is not there, is gone, or has no connection free. */
const PRISMA = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'];
/** SQLSTATE: connection exceptions, a server that starts or stops, too many connections, what took too long. */
const SQLSTATE = /^(08...|57P0[123]|53300|57014|25P03)$/;
/** The driver adapter's words for the same. */
const KINDS = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'];
const SYSTEM = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'];
/** What pg and Prisma say without a code. */
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|Client was closed)|Unable to start a transaction in the given time/;

/** What of an error of pg or Prisma says what it is. */
interface KnownParts {
  code?: unknown;
  meta?: { driverAdapterError?: { cause?: { kind?: string; originalCode?: string } } };
}

/**
 * Whether an error means that the database cannot be had just now: the same thing may work in a moment. What was
 * under way may have been done all the same. Whatever it has been wrapped in since.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.cause && isUnavailable(error.cause)) return true;
  const { code, meta } = error as KnownParts;
  const cause = meta?.driverAdapterError?.cause;
  const codes = [code, cause?.originalCode].filter((each) => typeof each === 'string');
  return (
    codes.some((each) => PRISMA.includes(each) || SYSTEM.includes(each) || SQLSTATE.test(each)) ||
    [cause?.kind, error.message].some((each) => each !== undefined && KINDS.includes(each)) ||
    WORDS.test(error.message)
  );
}
