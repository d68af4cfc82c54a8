import { z } from 'zod';
import type { ProvisioningItem, ProvisioningOrder, ProvisioningState } from '../../ports/provisioning.ts';

/** Our role for the party whose line it is: by it a callback's order is found among ours. */
const SUBSCRIBER_ROLE = 'subscriber';
/** What was ordered; the items after it follow from it. */
const FIRST_ITEM = '1';

/**
 * An order of ours as a ServiceOrder_Create (TMF641 v4.1). Dates of the order and its state are the network's to set.
 * The MSISDN is a characteristic: supporting resources are for resource-facing services only.
 */
export const serviceOrderOf = ({ orderId, subscriberId, phoneNumber, items }: ProvisioningOrder) => ({
  '@type': 'ServiceOrder',
  externalId: orderId,
  // A person waits for it
  priority: '1',
  relatedParty: [
    { '@type': 'RelatedParty', '@referredType': 'Customer', role: SUBSCRIBER_ROLE, id: subscriberId },
  ],
  serviceOrderItem: items.map((item, index) => ({
    '@type': 'ServiceOrderItem',
    id: String(index + 1),
    ...actionOf(item, phoneNumber.replace('+', '')),
    ...(index ? { serviceOrderItemRelationship: [AFTER_THE_FIRST] } : {}),
  })),
});

/** The definition names the item by `itemId` and demands an `id`: both are there. */
const AFTER_THE_FIRST = { relationshipType: 'dependency', orderItem: { id: FIRST_ITEM, itemId: FIRST_ITEM } };

const ACTIONS = { add: 'add', remove: 'delete', change: 'modify' } as const;

/** A tariff is a service specification of its own, which the line's one tariff is changed to. */
function actionOf(item: ProvisioningItem, msisdn: string) {
  const code = item.action === 'change' ? item.tariffCode : item.serviceCode;
  return {
    action: ACTIONS[item.action],
    service: {
      '@type': 'Service',
      category: 'CFS',
      serviceType: item.action === 'change' ? 'tariff' : 'service',
      state: item.action === 'remove' ? 'terminated' : 'active',
      serviceSpecification: { '@type': 'ServiceSpecificationRef', id: code },
      serviceCharacteristic: [{ name: 'MSISDN', valueType: 'string', value: msisdn }],
    },
  };
}

/** The fields of a service order that `readingOf` wants. */
export const READ_FIELDS = 'id,externalId,state,serviceOrderItem';
/** Those that `subscriberOf` wants. */
export const PARTY_FIELDS = 'id,externalId,relatedParty';

const party = z.object({ id: z.string(), role: z.string().optional() });
const foundOrder = z.object({
  externalId: z.string().optional(),
  state: z.string().optional(),
  serviceOrderItem: z.array(z.object({ id: z.string(), state: z.string().optional() })).optional(),
  relatedParty: z.array(party).optional(),
});
export type FoundOrder = z.infer<typeof foundOrder>;

/** The service orders in an answer's text; undefined: it is no list of them. */
export const ordersIn = (text: string): FoundOrder[] | undefined =>
  z.array(foundOrder).safeParse(json(text)).data;

/** Whether the text is the order that was just given, as the network has it. */
export function isOrder(text: string, externalId: string): boolean {
  const created = foundOrder.extend({ id: z.string() }).safeParse(json(text)).data;
  return created !== undefined && (created.externalId ?? externalId) === externalId;
}

/** Whose line an order is about; undefined: it does not say. */
export function subscriberOf({ relatedParty }: Pick<FoundOrder, 'relatedParty'>): string | undefined {
  const subscriber = relatedParty?.find(({ role }) => role === SUBSCRIBER_ROLE);
  return z.uuid().safeParse(subscriber?.id).data;
}

const error = z.object({ code: z.union([z.string(), z.number()]), reason: z.string() });

/** The code of a TMF error; undefined: the text is none, so that somebody else than the API has spoken. */
export const errorCodeIn = (text: string): string | undefined =>
  error.safeParse(json(text)).data?.code.toString();

/** ServiceOrderStateType; an item's own states are the same. Spelled with other capitals by some. */
const STATES = new Map<string, ProvisioningState>([
  ['acknowledged', 'pending'],
  ['inprogress', 'pending'],
  ['pending', 'pending'],
  ['held', 'pending'],
  ['assessingcancellation', 'pending'],
  ['pendingcancellation', 'pending'],
  ['completed', 'completed'],
  ['failed', 'refused'],
  ['rejected', 'refused'],
  ['cancelled', 'cancelled'],
]);

export interface Reading {
  state: ProvisioningState;
  /** What somebody should look at. */
  oddity?: string;
}

/**
 * What the orders under one external id say. There is one; of several, none is taken for settled while another is
 * under way, and one that was carried out outweighs those that were not.
 */
export function readingOf(orders: readonly FoundOrder[]): Reading {
  const readings = orders.map(readOne);
  const [first = { state: 'unknown' as const }, ...more] = readings;
  if (!more.length) return first;
  const weights = ['pending', 'completed', 'refused', 'cancelled'] as const;
  const state = weights.find((weight) => readings.some((reading) => reading.state === weight))!;
  return { state, oddity: 'several orders under one external id' };
}

/**
 * Of a partial order the first item decides: it is what was ordered and is paid for. That others, which follow from
 * it, were not carried out is for the operator to mend.
 */
function readOne({ state = '', serviceOrderItem: items = [] }: FoundOrder): Reading {
  if (state.toLowerCase() !== 'partial') return readState(state);
  const first = items.find(({ id }) => id === FIRST_ITEM) ?? items[0];
  const { state: decided, oddity = 'carried out in part' } = readState(first?.state ?? '');
  return { state: decided, oddity };
}

/** A state that nobody defined leaves the order open: it is there, and must not be given again. */
const readState = (state: string): Reading => {
  const known = STATES.get(state.toLowerCase());
  return known ? { state: known } : { state: 'pending', oddity: 'a state that the definition does not have' };
};

/** undefined for what is no JSON. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
