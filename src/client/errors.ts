/** An error as the server tells it. */
export interface ServerError {
  readonly message: string;
  readonly extensions?: { readonly [name: string]: unknown };
}

/** The server refused an operation. `code` is that of the first error, such as RATE_LIMITED or CURSOR_EXPIRED. */
export class OperationError extends Error {
  override name = 'OperationError';
  readonly errors: readonly ServerError[];

  constructor(errors: readonly ServerError[]) {
    super(errors.map(({ message }) => message).join('\n'));
    this.errors = errors;
  }

  get code(): string | undefined {
    const code = this.errors[0]?.extensions?.['code'];
    return typeof code === 'string' ? code : undefined;
  }
}

/** No answer came: what was asked may have happened all the same. */
export class Unreached extends Error {
  override name = 'Unreached';
}

/** The session is over: the person has to sign in again. */
export class SignedOut extends Error {
  override name = 'SignedOut';

  constructor() {
    super('The session has ended. Sign in again.');
  }
}

export const isUnauthenticated = (errors: readonly ServerError[] | undefined): boolean =>
  Boolean(errors?.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED'));
