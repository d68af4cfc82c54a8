import type { Client } from '@urql/core';
import { useEffect } from 'react';
import { useClient } from 'urql';
import { ServicesDocument, ServiceStandingsDocument } from '../../generated/operations.ts';

/** As many services as are asked for at once. */
export const PAGE = 100;
const MINUTE_MS = 60_000;

/** One order changes what may be done about other services: asks for that again, if it was ever shown. */
export async function refreshStandings(client: Client): Promise<void> {
  if (!client.readQuery(ServicesDocument, { first: PAGE })?.data?.me) return;
  for (let after: string | null | undefined; after !== null;) {
    const { data } = await client
      .query(ServiceStandingsDocument, { first: PAGE, after }, { requestPolicy: 'network-only' })
      .toPromise();
    const page = data?.me?.services.pageInfo;
    after = page?.hasNextPage ? (page.endCursor ?? null) : null;
  }
}

/** An order that takes too long is late by the clock, of which no event tells: asks while one is open and looked at. */
export function useFreshStandings(open: boolean): void {
  const client = useClient();
  useEffect(() => {
    if (!open) return undefined;
    const look = () => {
      if (document.visibilityState === 'visible') void refreshStandings(client);
    };
    const timer = setInterval(look, MINUTE_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [client, open]);
}
