import type { Context } from './context.ts';
import { mayOpen } from './viewer.ts';

interface GlobalId {
  typename: string;
  id: string;
}

/** Types of the catalogue, open to everybody. */
const OPEN_TYPES = ['Service', 'Tariff'];
/** The id of a line, or of what is named by a line and one of its own ids, or by a line and a service's code. */
const LINE_TYPES = new Map<string, (key: string) => boolean>([
  ['Subscriber', (key) => key === ''],
  ['ServiceOrder', (key) => UUID.test(key)],
  ['SubscriberService', (key) => key !== ''],
]);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What of a line is named by `<subscriber>/<key>`: the line can be told from the id alone. */
export const lineKey = (subscriberId: string, key: string): string => `${subscriberId}/${key}`;

export function parseLineKey(id: string): { subscriberId: string; key: string } {
  const [subscriberId = '', ...rest] = id.split('/');
  return { subscriberId, key: rest.join('/') };
}

/** Somebody else's is as if it were not there; an id that never was one of ours, too. */
function isOwn({ typename, id }: GlobalId, { viewer }: Context): boolean {
  if (OPEN_TYPES.includes(typename)) return true;
  const { subscriberId, key } = parseLineKey(id);
  const hasForm = UUID.test(subscriberId) && (LINE_TYPES.get(typename)?.(key) ?? false);
  return hasForm && mayOpen(viewer, subscriberId);
}

export const resolveOwnNode = (
  _root: object,
  { id }: { id: GlobalId },
  context: Context,
  _info: unknown,
  resolveNode: (id: GlobalId) => unknown,
): unknown => (isOwn(id, context) ? resolveNode(id) : null);

export async function resolveOwnNodes(
  _root: object,
  { ids }: { ids: GlobalId[] },
  context: Context,
  _info: unknown,
  resolveNodes: (ids: GlobalId[]) => Promise<unknown[]>,
): Promise<unknown[]> {
  const found = await resolveNodes(ids.filter((id) => isOwn(id, context)));
  return ids.map((id) => (isOwn(id, context) ? (found.shift() ?? null) : null));
}
