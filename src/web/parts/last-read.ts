import { useState } from 'react';

/** What was read last: a re-read that fails takes nothing away of what was shown. */
export function useLastRead<Data extends object>(read: Data | null | undefined): Data | undefined {
  const [last, setLast] = useState(read ?? undefined);
  if (read && read !== last) setLast(read);
  return read ?? last;
}
