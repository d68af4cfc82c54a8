import { expect, test } from 'vitest';
import fc from 'fast-check';
import { SERVICES } from '../../prisma/demo/services.ts';
import { TARIFFS } from '../../prisma/demo/tariffs.ts';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { rounds } from '../support/rounds.ts';
import { feeFor, type Line, type OpenOrder, refusalOf, statusOf } from '../../src/services/rules.ts';

/** The demo operator's catalogue, as the database would give it. */
const catalogue = new Catalogue({
  services: SERVICES.map(({ requires: _r, excludes: _e, ...service }, position) => ({
    supportOnly: false,
    passportRequired: false,
    ussdCode: null,
    bansCategory: null,
    ...service,
    position,
  })),
  tariffs: TARIFFS.map(
    ({ services: _s, allowances: _a, rates: _r, archived = false, ...tariff }, position) => ({
      ...tariff,
      archived,
      position,
      allowances: [],
      rates: [],
    }),
  ),
  requirements: SERVICES.flatMap(({ code, requires = [] }) =>
    requires.map((requiredCode) => ({ serviceCode: code, requiredCode })),
  ),
  exclusions: SERVICES.flatMap(({ code, excludes = [] }) =>
    excludes.map((otherCode) => ({ serviceCode: code, otherCode })),
  ),
  tariffServices: TARIFFS.flatMap(({ code, services }) =>
    services.map(({ serviceCode, carried = true, connectionFee = null, recurringFee = null }) => ({
      tariffCode: code,
      serviceCode,
      carried,
      connectionFee,
      recurringFee,
    })),
  ),
});

function line({
  active = [],
  orders = [],
  ...rest
}: Partial<Omit<Line, 'active' | 'openOrders'>> & { active?: string[]; orders?: OpenOrder[] }): Line {
  return {
    id: 'line',
    status: 'ACTIVE',
    tariffCode: 'SMART',
    timeZone: 'Europe/Moscow',
    activatedAt: new Date(0),
    simChangedAt: null,
    ownerSince: null,
    available: 100_000n,
    active: new Map(active.map((code) => [code, new Date(0)])),
    openOrders: new Map(orders.map((order) => [order.serviceCode, order])),
    openChange: null,
    ...rest,
  };
}

function ask(
  on: Line,
  kind: 'ACTIVATE' | 'DEACTIVATE',
  code: string,
  channel: 'SELF_CARE' | 'CONSULTANT' = 'SELF_CARE',
) {
  return refusalOf(catalogue, on, {
    service: catalogue.service(code)!,
    kind,
    channel,
    supportPhone: '+78001000000',
  });
}

const opening = (serviceCode: string, kind: OpenOrder['kind']): OpenOrder => ({
  id: 'order',
  serviceCode,
  kind,
});

test('services that exclude one another are refused, whichever was there first, even while it is being added', () => {
  const conflict = (code: string) => ({ __typename: 'ServiceConflict', conflictsWith: [code] });
  expect(ask(line({ active: ['INTERNET_MINI'] }), 'ACTIVATE', 'INTERNET_MAXI')).toEqual(
    conflict('INTERNET_MINI'),
  );
  expect(ask(line({ active: ['INTERNET_MAXI'] }), 'ACTIVATE', 'INTERNET_MINI')).toEqual(
    conflict('INTERNET_MAXI'),
  );
  const adding = line({ orders: [opening('INTERNET_MINI', 'ACTIVATE')] });
  expect(ask(adding, 'ACTIVATE', 'INTERNET_MAXI')).toEqual(conflict('INTERNET_MINI'));
});

test('Content ban keeps content services out, and they keep it out', () => {
  expect(ask(line({ active: ['CONTENT_BAN'] }), 'ACTIVATE', 'CONTENT_NEWS')).toEqual({
    __typename: 'ServiceConflict',
    conflictsWith: ['CONTENT_BAN'],
  });
  expect(ask(line({ active: ['CONTENT_NEWS'] }), 'ACTIVATE', 'CONTENT_BAN', 'CONSULTANT')).toEqual({
    __typename: 'ServiceConflict',
    conflictsWith: ['CONTENT_NEWS'],
  });
  expect(ask(line({}), 'ACTIVATE', 'CONTENT_BAN')).toEqual({
    __typename: 'SupportOnly',
    supportPhone: '+78001000000',
  });
  expect(ask(line({}), 'ACTIVATE', 'CONTENT_BAN', 'CONSULTANT')).toBeNull();
});

test('one of the required services must be on, and the last one stays while it is needed', () => {
  const requires = { __typename: 'ServiceRequires', requires: ['INTERNET_MINI', 'INTERNET_MAXI'] };
  expect(ask(line({}), 'ACTIVATE', 'INTERNET_TURBO')).toEqual(requires);
  expect(ask(line({ active: ['INTERNET_MAXI'] }), 'ACTIVATE', 'INTERNET_TURBO')).toBeNull();
  const leaving = line({ active: ['INTERNET_MAXI'], orders: [opening('INTERNET_MAXI', 'DEACTIVATE')] });
  expect(ask(leaving, 'ACTIVATE', 'INTERNET_TURBO')).toEqual(requires);
  const needed = line({ active: ['INTERNET_MAXI', 'INTERNET_TURBO'] });
  expect(ask(needed, 'DEACTIVATE', 'INTERNET_MAXI')).toEqual({
    __typename: 'ServiceRequiredBy',
    requiredBy: ['INTERNET_TURBO'],
  });
  expect(ask(needed, 'DEACTIVATE', 'INTERNET_TURBO')).toBeNull();
});

test('what a service needs stays while that one is being removed: it may yet stay', () => {
  const leaving = line({
    active: ['INTERNET_MAXI', 'INTERNET_TURBO'],
    orders: [opening('INTERNET_TURBO', 'DEACTIVATE')],
  });
  expect(ask(leaving, 'DEACTIVATE', 'INTERNET_MAXI')).toEqual({
    __typename: 'ServiceRequiredBy',
    requiredBy: ['INTERNET_TURBO'],
  });
});

test('a tariff may not carry a service, or price it its own way', () => {
  const unlimited = line({ tariffCode: 'UNLIMITED' });
  const refusal = ask(unlimited, 'ACTIVATE', 'INTERNET_MINI');
  expect(refusal).toMatchObject({ __typename: 'ServiceUnavailableOnTariff' });
  expect(refusal).not.toMatchObject({ tariffs: expect.arrayContaining(['RED_ENERGY']) });
  expect(catalogue.terms('UNLIMITED', catalogue.service('CALLER_ID')!).recurringFee).toBe(0n);
});

test('what is missing on the account is said, a consultant’s fee included', () => {
  const poor = line({ available: 3_00n });
  expect(ask(poor, 'ACTIVATE', 'CALL_FORWARDING')).toEqual({
    __typename: 'InsufficientFunds',
    available: 3_00n,
    required: 30_00n,
  });
  expect(ask(poor, 'ACTIVATE', 'WEATHER', 'CONSULTANT')).toEqual({
    __typename: 'InsufficientFunds',
    available: 3_00n,
    required: 50_00n,
  });
  expect(ask(poor, 'ACTIVATE', 'WEATHER')).toBeNull();
  expect(ask(line({ available: -100n }), 'ACTIVATE', 'WEATHER')).toBeNull();
});

test('a suspended line takes no orders, and an open order stands in the way of another', () => {
  expect(ask(line({ status: 'SUSPENDED' }), 'ACTIVATE', 'WEATHER')).toEqual({ __typename: 'LineSuspended' });
  const busy = line({ orders: [opening('WEATHER', 'ACTIVATE')] });
  expect(ask(busy, 'ACTIVATE', 'WEATHER')).toEqual({
    __typename: 'OrderInProgress',
    orderKind: 'SERVICE_ORDER',
    subscriberId: 'line',
    orderId: 'order',
  });
  expect(ask(line({ active: ['WEATHER'] }), 'ACTIVATE', 'WEATHER')).toEqual({
    __typename: 'ServiceAlreadyActive',
  });
  expect(ask(line({}), 'DEACTIVATE', 'WEATHER')).toEqual({ __typename: 'ServiceNotActive' });
});

const codes = SERVICES.map(({ code }) => code);
const lines = fc
  .record({
    tariffCode: fc.constantFrom(...TARIFFS.map(({ code }) => code)),
    available: fc.bigInt(-100n, 50_000n),
    active: fc.subarray(codes),
    ordered: fc.subarray(codes, { maxLength: 4 }),
  })
  .map(({ ordered, ...rest }) => {
    const orders = ordered.map((code) =>
      opening(code, rest.active.includes(code) ? 'DEACTIVATE' : 'ACTIVATE'),
    );
    return line({ ...rest, orders });
  });

test('an accepted activation never leaves two services together that exclude one another, nor costs more than there is', () => {
  fc.assert(
    fc.property(
      lines,
      fc.constantFrom(...codes),
      fc.constantFrom('SELF_CARE' as const, 'CONSULTANT' as const),
      (on, code, channel) => {
        const service = catalogue.service(code)!;
        if (ask(on, 'ACTIVATE', code, channel)) return;
        expect(statusOf(on, code)).toBe('NOT_CONNECTED');
        for (const other of catalogue.conflictsOf(code)) expect(on.active.has(other.code)).toBe(false);
        const fee = feeFor(catalogue, on, service, 'ACTIVATE', channel);
        expect(fee === 0n || fee <= on.available).toBe(true);
      },
    ),
    { numRuns: rounds(500, 50_000) },
  );
});

/** What is on in the end, when of the open orders these have come to something. */
function outcome({ active, openOrders }: Line, done: ReadonlySet<string>): Set<string> {
  const on = new Set(active.keys());
  for (const [code, { kind }] of openOrders)
    if (done.has(code)) on[kind === 'ACTIVATE' ? 'add' : 'delete'](code);
  return on;
}

test('an accepted deactivation leaves every other service with what it requires, whatever becomes of open orders', () => {
  fc.assert(
    fc.property(lines, fc.constantFrom(...codes), fc.subarray(codes), (on, code, done) => {
      if (ask(on, 'DEACTIVATE', code, 'CONSULTANT')) return;
      const there = outcome(on, new Set(done));
      const met = (other: string, isOn: (of: string) => boolean) => {
        const required = catalogue.requiredBy(other);
        return !required.length || required.some((each) => isOn(each.code));
      };
      for (const other of there) {
        if (other === code || !met(other, (of) => there.has(of))) continue;
        expect(met(other, (of) => of !== code && there.has(of))).toBe(true);
      }
    }),
    { numRuns: rounds(500, 50_000) },
  );
});
