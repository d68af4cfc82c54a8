import { useState } from 'react';
import type { LineService } from './use-services.ts';

export type Refusal = { message: string; supportPhone?: string } | 'not done';

interface Refused {
  why: Refusal;
  /** Whether what was not as it was shown has been read again. */
  read: boolean;
  /** How the service stood then. */
  at?: string;
}

interface Refusing {
  refusal: Refusal | undefined;
  /** `reading`: of how things stand, if they are not as they were shown. */
  refuse: (why: Refusal, reading?: Promise<void>) => Promise<void>;
  forget: () => void;
}

/** Why the last wish was refused, for as long as the service stands as it did then: what was in the way may be gone. */
export function useRefusal({ status, openOrder }: Pick<LineService, 'status' | 'openOrder'>): Refusing {
  const standing = `${status} ${openOrder?.id}`;
  const [refused, setRefused] = useState<Refused>();
  if (refused?.read && refused.at !== standing)
    setRefused(refused.at === undefined ? { ...refused, at: standing } : undefined);
  const refuse = async (why: Refusal, reading?: Promise<void>) => {
    const fresh = { why, read: false };
    setRefused(fresh);
    await reading;
    setRefused((now) => (now === fresh ? { why, read: true } : now));
  };
  return { refusal: refused?.why, refuse, forget: () => setRefused(undefined) };
}
