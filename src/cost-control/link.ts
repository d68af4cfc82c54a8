import { type Config, publicUrl } from '../config.ts';
import type { DetailOrder } from '../generated/prisma/client.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import type { Secrets } from '../secrets.ts';

/** The address of a statement's file: it can be made again from the order alone, so that none is stored. */
export function linkTo(config: Config, secrets: Secrets, { subscriberId, orderId }: OrderRef): string {
  const name = `${subscriberId}.${orderId}`;
  return `${publicUrl(config)}/files/${name}.${secrets.tag('file-link', name)}`;
}

/** The order of a link's token; whether the file is there and the link not ended is for the order to say. */
export function orderOfLink(secrets: Secrets, token: string): OrderRef | undefined {
  const [subscriberId = '', orderId = '', tag = ''] = token.split('.', 3);
  return secrets.matches('file-link', `${subscriberId}.${orderId}`, tag)
    ? { subscriberId, orderId }
    : undefined;
}

/** Whether a link leads to its file now. */
export const isLinked = (
  { state, expiresAt, linkEndedAt }: Pick<DetailOrder, 'state' | 'expiresAt' | 'linkEndedAt'>,
  now: Date,
): boolean => state === 'COMPLETED' && linkEndedAt === null && expiresAt !== null && expiresAt > now;

/**
 * The name of an order's file in the file store. Each look that makes one has a name of its own, so that a run that has
 * lost the order neither writes nor removes what another one made.
 */
export const fileKey = ({
  subscriberId,
  id,
  format,
  fileLook,
}: Pick<DetailOrder, 'subscriberId' | 'id' | 'format' | 'fileLook'>): string =>
  [subscriberId, id, ...(fileLook === null ? [] : [fileLook])].join('_') + `.${format.toLowerCase()}`;
