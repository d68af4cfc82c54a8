import { randomUUID } from 'node:crypto';
import { oneOf, tokenOf, type Visit } from './visit.ts';
import type { Viewer } from './lines.ts';

/** One that costs something to connect, and two that do not. */
const CODES = ['CALL_FORWARDING', 'VOICEMAIL', 'MISSED_CALLS'] as const;
/** How often an answer counts as lost, and the same is asked again. */
const REPEATED = 0.1;

const mutation = (field: string) => `mutation ($input: ServiceOrderInput!) { ${field}(input: $input) {
  __typename ... on ServiceOrderAccepted { order { id state service { code } } } ... on UserError { code message } } }`;
const ACTIVATE = mutation('activateService');
const DEACTIVATE = mutation('deactivateService');

/** What each line has on, and what of it is under way; where nobody learned how that ended, it stays so. */
const on = new Set<string>();
const underWay = new Set<string>();

/** A line's service that nothing is under way about; none after so many looks: too many are. */
function pick(viewers: readonly Viewer[]): { viewer: Viewer; code: string; place: string } | undefined {
  for (let look = 0; look < 100; look++) {
    const [viewer, code] = [oneOf(viewers), oneOf(CODES)];
    const place = `${viewer.id} ${code}`;
    if (!underWay.has(place)) return { viewer, code, place };
  }
  return undefined;
}

/** Adds a service or removes one, sometimes twice under the same key; the streams tell when it is done. */
export async function changeService(visit: Visit, due: number): Promise<void> {
  const picked = pick(visit.viewers);
  if (!picked) return;
  const { viewer, code, place } = picked;
  underWay.add(place);
  const token = await tokenOf(visit, viewer);
  const activates = !on.has(place);
  const question = {
    kind: activates ? 'activate' : 'deactivate',
    query: activates ? ACTIVATE : DEACTIVATE,
    variables: { input: { serviceCode: code, idempotencyKey: randomUUID() } },
    token,
    right: 'ServiceOrderAccepted',
    repeatable: true,
  };
  const start = performance.now();
  const { order } = await visit.asking.ask({ ...question, due });
  visit.accepted.add(order.id);
  const ended = toEnd(visit, order.id, start);
  if (Math.random() < REPEATED) {
    const again = await visit.asking.ask({ ...question, kind: 'the same again' });
    if (again.order.id !== order.id) throw visit.asking.wrong('the same again', 'another order');
  }
  await ended;
  if (activates) on.add(place);
  else on.delete(place);
  underWay.delete(place);
}

const END_WITHIN_MS = 60_000;

/** Resolves once a stream told that the order is completed. */
function toEnd({ streams, asking }: Visit, orderId: string, start: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const tooLate = setTimeout(
    () => reject(asking.wrong('order', 'no end was told within a minute')),
    END_WITHIN_MS,
  );
  streams.whenEnded(orderId, (state) => {
    clearTimeout(tooLate);
    asking.tally.done('order until told complete', performance.now() - start);
    if (state === 'COMPLETED') resolve();
    else reject(asking.wrong('order', state));
  });
  // Asked for only after the mutation's own repetition
  promise.catch(() => {});
  return promise;
}
