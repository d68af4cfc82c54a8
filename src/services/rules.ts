import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Service } from '../generated/prisma/client.ts';
import type { Channel, LineStatus, ServiceOrderKind } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';
import type { ServiceOrderFailure } from './errors.ts';

/** An order for a service that has not come to its end. */
export interface OpenOrder {
  id: string;
  serviceCode: string;
  kind: ServiceOrderKind;
}

/** Where services stand on a line. */
export interface Standings {
  id: string;
  /** Those that are on. */
  active: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>;
  /** By service; one at most for each. */
  openOrders: Pick<ReadonlyMap<string, Pick<OpenOrder, 'kind'>>, 'get' | 'keys' | 'size'>;
}

/** What the rules need to know of a line. */
export interface Line extends Standings {
  status: LineStatus;
  tariffCode: string;
  timeZone: string;
  activatedAt: Date;
  simChangedAt: Date | null;
  /** Since when it has its owner; null: since it was activated. */
  ownerSince: Date | null;
  /** The balance less what open orders hold. */
  available: MinorUnits;
  /** Since when each service that is on has been on. */
  active: ReadonlyMap<string, Date>;
  openOrders: ReadonlyMap<string, OpenOrder>;
  /** The id of its change of tariff that has not come to its end. */
  openChange: string | null;
}

/** One service on one line, connected or not. */
export interface LineService {
  line: Line;
  service: Service;
}

export type SubscriberServiceStatus = 'NOT_CONNECTED' | 'ACTIVATING' | 'ACTIVE' | 'DEACTIVATING';

/** An open order says where a service is going; without one, it is on or it is not. */
export function statusOf(line: Standings, code: string): SubscriberServiceStatus {
  const order = line.openOrders.get(code);
  if (order) return order.kind === 'ACTIVATE' ? 'ACTIVATING' : 'DEACTIVATING';
  return line.active.has(code) ? 'ACTIVE' : 'NOT_CONNECTED';
}

/** What an order costs: the connection fee by the line's tariff, and the consultant's fee where one does it. */
export function feeFor(
  catalogue: Catalogue,
  line: Line,
  service: Service,
  kind: ServiceOrderKind,
  channel: Channel,
): MinorUnits {
  const connection = kind === 'ACTIVATE' ? catalogue.terms(line.tariffCode, service).connectionFee : 0n;
  return connection + (channel === 'CONSULTANT' ? service.consultantFee : 0n);
}

export interface Question {
  service: Service;
  kind: ServiceOrderKind;
  channel: Channel;
  supportPhone: string;
}

/**
 * Why this order would be refused, null where it would be accepted. Asked both by those who show what may be done
 * and by the one who does it, so that the two cannot differ.
 */
export function refusalOf(catalogue: Catalogue, line: Line, question: Question): ServiceOrderFailure | null {
  const { service, kind, channel, supportPhone } = question;
  const open = line.openOrders.get(service.code);
  const on = line.active.has(service.code);
  if (service.supportOnly && channel !== 'CONSULTANT') return { __typename: 'SupportOnly', supportPhone };
  if (line.status === 'SUSPENDED') return { __typename: 'LineSuspended' };
  if (line.openChange) return inProgress('TARIFF_CHANGE', line, line.openChange);
  if (open) return inProgress('SERVICE_ORDER', line, open.id);
  if (kind === 'ACTIVATE' && on) return { __typename: 'ServiceAlreadyActive' };
  if (kind === 'DEACTIVATE' && !on) return { __typename: 'ServiceNotActive' };
  return (
    (kind === 'ACTIVATE' ? whyNotOn(catalogue, line, service) : whyNotOff(catalogue, line, service)) ??
    whyNotPaid(line, feeFor(catalogue, line, service, kind, channel))
  );
}

/** One thing after the other: another order stands in the way. */
export const inProgress = (
  orderKind: 'SERVICE_ORDER' | 'TARIFF_CHANGE',
  { id: subscriberId }: Pick<Line, 'id'>,
  orderId: string,
): Extract<ServiceOrderFailure, { __typename: 'OrderInProgress' }> => ({
  __typename: 'OrderInProgress',
  orderKind,
  subscriberId,
  orderId,
});

/** A service that is being added already stands in the way of others; one that is being removed may yet stay. */
const isOnOrComing = (line: Line, code: string): boolean => statusOf(line, code) !== 'NOT_CONNECTED';

/** A service that is being removed can no longer be relied on. */
const isThereToStay = (line: Line, code: string): boolean => statusOf(line, code) === 'ACTIVE';

function whyNotOn(catalogue: Catalogue, line: Line, service: Service): ServiceOrderFailure | null {
  if (!catalogue.terms(line.tariffCode, service).carried)
    return { __typename: 'ServiceUnavailableOnTariff', tariffs: codes(catalogue.carriersOf(service)) };
  const conflicts = catalogue.conflictsOf(service.code).filter((other) => isOnOrComing(line, other.code));
  if (conflicts.length) return { __typename: 'ServiceConflict', conflictsWith: codes(conflicts) };
  const required = catalogue.requiredBy(service.code);
  if (required.length && !required.some((other) => isThereToStay(line, other.code)))
    return { __typename: 'ServiceRequires', requires: codes(required) };
  return null;
}

function whyNotOff(catalogue: Catalogue, line: Line, service: Service): ServiceOrderFailure | null {
  const stranded = catalogue
    .dependentsOf(service.code)
    .filter((dependent) => isOnOrComing(line, dependent.code))
    .filter((dependent) =>
      catalogue
        .requiredBy(dependent.code)
        .every((other) => other.code === service.code || !isThereToStay(line, other.code)),
    );
  return stranded.length ? { __typename: 'ServiceRequiredBy', requiredBy: codes(stranded) } : null;
}

const whyNotPaid = (line: Line, fee: MinorUnits): ServiceOrderFailure | null =>
  fee > 0n && line.available < fee
    ? { __typename: 'InsufficientFunds', available: line.available, required: fee }
    : null;

const codes = (items: readonly { code: string }[]): string[] => items.map((item) => item.code);
