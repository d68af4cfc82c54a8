import type { Context } from './context.ts';
import { isOwner, mayOpen, ownLine, type Viewer } from './viewer.ts';

interface GlobalId {
  typename: string;
  id: string;
}

/** Types of the catalogue, open to everybody. */
export const OPEN_TYPES: readonly string[] = ['Service', 'Tariff'];
const CODE = /^[A-Z0-9_]{1,64}$/;
/** The id of a line, or of what is named by a line and one of its own ids, or by a line and a service's code. */
const LINE_TYPES = new Map<string, (key: string) => boolean>([
  ['Subscriber', (key) => key === ''],
  ['ServiceOrder', (key) => UUID.test(key)],
  ['Charge', (key) => UUID.test(key)],
  ['TariffQuote', (key) => UUID.test(key)],
  ['TariffChange', (key) => UUID.test(key)],
  ['DetailOrder', (key) => UUID.test(key)],
  ['SubscriberService', (key) => CODE.test(key)],
  ['Session', (key) => UUID.test(key)],
  ['PartnerGrant', (key) => UUID.test(key)],
]);
/** Of these, what is for nobody but the line's own subscriber. */
const PRIVATE_TYPES: readonly string[] = ['Session', 'PartnerGrant'];
/** What is for whoever acts for the line. */
const ACTING_TYPES: readonly string[] = ['TariffQuote'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What of a line is named by `<subscriber>/<key>`: the line can be told from the id alone. */
export const lineKey = (subscriberId: string, key: string): string => `${subscriberId}/${key}`;

export function parseLineKey(id: string): { subscriberId: string; key: string } {
  const [subscriberId = '', ...rest] = id.split('/');
  return { subscriberId, key: rest.join('/') };
}

/** Somebody else's is as if it were not there; an id that never was one of ours, too. */
export function mayName({ typename, id }: GlobalId, viewer: Viewer): boolean {
  if (OPEN_TYPES.includes(typename)) return CODE.test(id);
  const { subscriberId, key } = parseLineKey(id);
  const hasForm = UUID.test(subscriberId) && (LINE_TYPES.get(typename)?.(key) ?? false);
  return hasForm && mayHave(typename, subscriberId, viewer);
}

function mayHave(typename: string, subscriberId: string, viewer: Viewer): boolean {
  if (PRIVATE_TYPES.includes(typename)) return isOwner(viewer, subscriberId);
  return ACTING_TYPES.includes(typename) ? ownLine(viewer) === subscriberId : mayOpen(viewer, subscriberId);
}

export const resolveOwnNode = (
  _root: object,
  { id }: { id: GlobalId },
  context: Context,
  _info: unknown,
  resolveNode: (id: GlobalId) => unknown,
): unknown => (mayName(id, context.viewer) ? resolveNode(id) : null);

export async function resolveOwnNodes(
  _root: object,
  { ids }: { ids: GlobalId[] },
  context: Context,
  _info: unknown,
  resolveNodes: (ids: GlobalId[]) => Promise<unknown[]>,
): Promise<unknown[]> {
  const found = await resolveNodes(ids.filter((id) => mayName(id, context.viewer)));
  return ids.map((id) => (mayName(id, context.viewer) ? (found.shift() ?? null) : null));
}
