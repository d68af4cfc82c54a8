import type { DetailOrder } from '../generated/prisma/client.ts';
import type { Ending } from '../orders/finish-order.ts';

/** How a statement's order ends: nothing changes on the line. */
export const statementEnding: Ending<DetailOrder> = {
  kind: 'DETAIL_ORDER',
  feeOf: { spentOn: 'OTHER', cause: 'DETAIL_ORDER' },
  carriedOut: async () => {},
};
