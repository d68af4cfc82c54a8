import type { Client } from '@urql/core';
import { ServicesDocument, ServiceStandingsDocument } from '../../generated/operations.ts';

/** As many services as are asked for at once. */
export const PAGE = 100;

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
