import { z } from 'zod';

/** What TMF641 v4.1 (its published OpenAPI definition) lets a client send; anything else is refused. */

const dateTime = z.iso.datetime({ offset: true });
const extensible = {
  '@baseType': z.string().optional(),
  '@schemaLocation': z.url().optional(),
  '@type': z.string().optional(),
};
const referring = { ...extensible, '@referredType': z.string().optional() };
const entityRef = { ...referring, id: z.string(), href: z.url().optional(), name: z.string().optional() };

const note = z.strictObject({
  ...extensible,
  id: z.string().optional(),
  author: z.string().optional(),
  date: dateTime.optional(),
  text: z.string().optional(),
});
const relatedParty = z.strictObject({
  ...entityRef,
  '@referredType': z.string(),
  '@type': z.string(),
  role: z.string().optional(),
});
const characteristic = z.strictObject({
  ...extensible,
  id: z.string().optional(),
  name: z.string(),
  valueType: z.string().optional(),
  value: z.json(),
});

/** ServiceRefOrValue, as far as a self-care could use it. */
const service = z.strictObject({
  ...referring,
  id: z.string().optional(),
  href: z.string().optional(),
  category: z.string().optional(),
  description: z.string().optional(),
  name: z.string().optional(),
  serviceType: z.string().optional(),
  startDate: dateTime.optional(),
  endDate: dateTime.optional(),
  isBundle: z.boolean().optional(),
  note: z.array(note).optional(),
  relatedParty: z.array(relatedParty).optional(),
  serviceCharacteristic: z.array(characteristic).optional(),
  serviceSpecification: z.strictObject({ ...entityRef, version: z.string().optional() }).optional(),
  state: z
    .enum(['feasibilityChecked', 'designed', 'reserved', 'inactive', 'active', 'terminated'])
    .optional(),
  supportingResource: z.array(z.strictObject(entityRef)).optional(),
});

const itemRelationship = z.strictObject({
  ...extensible,
  relationshipType: z.string().optional(),
  // The definition demands an id that it does not list
  orderItem: z
    .strictObject({
      ...referring,
      id: z.string(),
      itemId: z.string().optional(),
      serviceOrderHref: z.url().optional(),
      serviceOrderId: z.string().optional(),
    })
    .optional(),
});

const item = z.strictObject({
  ...extensible,
  id: z.string(),
  quantity: z.int().optional(),
  action: z.enum(['add', 'modify', 'delete', 'noChange']),
  service,
  serviceOrderItemRelationship: z.array(itemRelationship).optional(),
});

/** ServiceOrder_Create: without id, href, dates of the order's own, state and messages, which are the network's. */
export const serviceOrderCreate = z
  .strictObject({
    ...extensible,
    cancellationDate: dateTime.optional(),
    cancellationReason: z.string().optional(),
    category: z.string().optional(),
    description: z.string().optional(),
    externalId: z.string().optional(),
    externalReference: z
      .array(
        z.strictObject({
          ...extensible,
          id: z.string().optional(),
          href: z.url().optional(),
          name: z.string(),
          externalReferenceType: z.string().optional(),
        }),
      )
      .optional(),
    notificationContact: z.string().optional(),
    note: z.array(note).optional(),
    priority: z.string().optional(),
    relatedParty: z.array(relatedParty).optional(),
    requestedCompletionDate: dateTime.optional(),
    requestedStartDate: dateTime.optional(),
    serviceOrderItem: z.array(item).min(1),
  })
  .refine(({ serviceOrderItem }) => {
    const ids = serviceOrderItem.map(({ id }) => id);
    const meant = serviceOrderItem
      .flatMap(({ serviceOrderItemRelationship = [] }) => serviceOrderItemRelationship)
      .flatMap(({ orderItem }) => (orderItem ? [orderItem.itemId ?? orderItem.id] : []));
    return new Set(ids).size === ids.length && meant.every((id) => ids.includes(id));
  }, 'items of one order have ids of their own, and refer to one another');

export type ServiceOrderCreate = z.infer<typeof serviceOrderCreate>;

export const eventSubscriptionInput = z.strictObject({ callback: z.url(), query: z.string().optional() });
