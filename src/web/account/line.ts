import { createContext, useContext } from 'react';
import type { AccountQuery } from '../../generated/operations.ts';

export type Line = NonNullable<AccountQuery['me']>;

export const LineContext = createContext<Line | undefined>(undefined);

/** Whose account is open. */
export function useLine(): Line {
  const line = useContext(LineContext);
  if (!line) throw new Error('Nothing of the account is drawn before the line is known');
  return line;
}
