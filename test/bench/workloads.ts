/** What each contender is asked, and for whom. */
export interface Workload {
  name: string;
  about: string;
  query: string;
  viewer: 'subscriber' | 'staff';
}

const MONEY = '{ amount currency }';

/** For a line that has six months of usage, over all tariffs that it could change to. */
export const ADVICE: Workload = {
  name: 'Advice',
  about: 'advice over 40 tariffs, 6 months',
  viewer: 'subscriber',
  query: `query Advice { me { tariffAdvice(months: 6, first: 5) { tariff { code name } currentMonthlyCost ${MONEY}
    newMonthlyCost ${MONEY} monthlySaving ${MONEY} bestMonthSaving ${MONEY} worstMonthSaving ${MONEY} switchFee ${MONEY} paybackMonths } } }`,
};

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
