/** What each contender is asked, and for whom. */
export interface Workload {
  name: string;
  about: string;
  query: string;
  viewer: 'subscriber' | 'staff';
}

const MONEY = '{ amount currency }';

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'W1',
    about: 'dashboard',
    viewer: 'subscriber',
    query: `query W1 { me { fullName phoneNumber balance ${MONEY} tariff { name monthlyFee ${MONEY} }
      services(first: 10, filter: { status: [ACTIVE] }) { edges { node { status service { code name recurringFee ${MONEY} } } } }
      detailOrders(first: 3) { edges { node { state createdAt } } } } }`,
  },
  {
    name: 'W2',
    about: 'catalogue',
    viewer: 'subscriber',
    query: `query W2 { services(first: 100) { edges { node { code name recurringFee ${MONEY} category } }
      pageInfo { hasNextPage endCursor } } }`,
  },
  {
    name: 'W3',
    about: 'staff list',
    viewer: 'staff',
    query: `query W3 { subscribers(first: 50) { edges { node { fullName tariff { name }
      services(first: 5, filter: { status: [ACTIVE] }) { edges { node { status service { name } } } } } } } }`,
  },
];
