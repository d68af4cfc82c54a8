import { oneOf, tokenOf, type Visit } from './visit.ts';

const MONEY = '{ amount currency }';
const DASHBOARD = `query Dashboard { me { fullName phoneNumber balance ${MONEY} tariff { name monthlyFee ${MONEY} }
  services(first: 10, filter: { status: [ACTIVE] }) { edges { node { status service { code name recurringFee ${MONEY} } } } }
  detailOrders(first: 3) { edges { node { state createdAt } } } } }`;
const CATALOGUE = `query Catalogue { services(first: 100) { edges { node { code name recurringFee ${MONEY} category } }
  pageInfo { hasNextPage endCursor } } }`;

/** Opens the account, and looks at what there is. */
export async function browse(visit: Visit, due: number): Promise<void> {
  const token = await tokenOf(visit, oneOf(visit.viewers));
  await visit.asking.ask({ kind: 'dashboard', query: DASHBOARD, token, due, repeatable: true });
  await visit.asking.ask({ kind: 'catalogue', query: CATALOGUE, token, repeatable: true });
}
