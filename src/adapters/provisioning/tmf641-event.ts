import { z } from 'zod';
import { subscriberOf } from './tmf641-order.ts';

const event = z.object({
  // Older versions of the API call an event a notification
  eventType: z.string().regex(/^ServiceOrder(StateChange|AttributeValueChange)(Event|Notification)$/),
  event: z.object({
    serviceOrder: z.object({
      externalId: z.uuid(),
      relatedParty: z
        .array(z.object({ id: z.string(), role: z.string().optional() }))
        .optional()
        .catch(undefined),
    }),
  }),
});

/**
 * Which order of ours a TMF641 event is about, and whose it is where the event says so; undefined: about none. What
 * else it says is not read.
 */
export function orderIn(body: unknown): { orderId: string; subscriberId: string | undefined } | undefined {
  const { serviceOrder } = event.safeParse(body).data?.event ?? {};
  return serviceOrder && { orderId: serviceOrder.externalId, subscriberId: subscriberOf(serviceOrder) };
}
