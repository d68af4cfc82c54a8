import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Prisma } from '../generated/prisma/client.ts';
import type { App } from '../ports/app.ts';
import type { Secrets } from '../secrets.ts';
import { endGrants, type GrantKey, LIVE_GRANT } from './grants.ts';
import { clientOf, PARTNER_ID } from './partners.ts';

type Parts = Pick<App, 'db' | 'clock' | 'secrets' | 'wakeUps'>;

/** The value that a client holds cannot be told from its name here. One for each key, so that keys rotate. */
export const stateIds = (secrets: Secrets, kind: string, value: string): string[] =>
  secrets.tags('oauth-state', `${kind}/${value}`);

/** A grant's name in the authorization server: it is in tokens' rows, never in a client's hands. */
export const grantName = ({ subscriberId, id }: GrantKey): string => `${subscriberId}.${id}`;

function grantOf(name: string): GrantKey {
  const [subscriberId = '', id = ''] = name.split('.', 2);
  return { subscriberId, id };
}

/** Where the authorization server keeps what: clients and leaves in their own tables, the rest by name. */
export const openOauthState =
  (app: Parts) =>
  (kind: string): Adapter => {
    if (kind === 'Client') return clients(app);
    return kind === 'Grant' ? grants(app) : states(app, kind);
  };

const notKept = (): never => {
  throw new Error('This is not written by the authorization server');
};
const READ_ONLY = { upsert: notKept, consume: notKept, findByUid: notKept, findByUserCode: notKept };
const nothing = async () => {};
/** Of what has no end of its own. */
const MAX_S = 86_400;

const clients = ({ db }: Parts): Adapter => ({
  ...READ_ONLY,
  find: async (id) => {
    if (!PARTNER_ID.test(id)) return undefined;
    const partner = await db.partner.findFirst({ where: { id, removedAt: null } });
    return partner ? clientOf(partner) : undefined;
  },
  destroy: notKept,
  revokeByGrantId: nothing,
});

/** A leave is the subscriber's row of it: ended there, it is ended for every token at once. */
const grants = (app: Parts): Adapter => ({
  ...READ_ONLY,
  find: async (name) => {
    const grant = await app.db.partnerGrant.findFirst({ where: { ...grantOf(name), ...LIVE_GRANT } });
    if (!grant) return undefined;
    const { subscriberId, partnerId, scopes } = grant;
    return {
      jti: name,
      kind: 'Grant',
      accountId: subscriberId,
      clientId: partnerId,
      openid: { scope: scopes.join(' ') },
    };
  },
  destroy: async (name) => {
    await app.db.$transaction((tx) => endGrants(app, tx, grantOf(name)));
  },
  revokeByGrantId: nothing,
});

async function writeOnce({ oauthState }: Parts['db'], data: Prisma.OauthStateCreateManyInput): Promise<void> {
  const { count } = await oauthState.createMany({ data, skipDuplicates: true });
  if (count) return;
  const { errors } = await import('oidc-provider');
  throw new errors.InvalidClient('the assertion was used before');
}

const states = ({ db, clock, secrets }: Parts, kind: string): Adapter => ({
  upsert: async (value, payload, expiresIn) => {
    // What the client holds is left out; it is put back when the client shows it.
    const { jti: _jti, grantId, ...rest } = payload;
    const [id] = stateIds(secrets, kind, value) as [string];
    const grant = grantId ? grantOf(grantId) : undefined;
    const data = {
      kind,
      payload: rest as Prisma.InputJsonObject,
      subscriberId: grant?.subscriberId ?? null,
      grantId: grant?.id ?? null,
      expiresAt: new Date(clock.now().getTime() + (expiresIn ?? MAX_S) * 1_000),
    };
    // Shown twice at once, an assertion is good for one: the key decides
    if (kind === 'ReplayDetection') await writeOnce(db, { id, ...data });
    else await db.oauthState.upsert({ where: { id }, create: { id, ...data }, update: data });
  },
  find: async (value) => {
    const row = await db.oauthState.findFirst({
      where: { id: { in: stateIds(secrets, kind, value) }, kind, expiresAt: { gt: clock.now() } },
    });
    if (!row) return undefined;
    const grant = row.subscriberId && row.grantId;
    return {
      ...(row.payload as AdapterPayload),
      jti: value,
      ...(grant ? { grantId: grantName({ subscriberId: row.subscriberId!, id: row.grantId! }) } : {}),
      ...(row.consumedAt ? { consumed: Math.floor(row.consumedAt.getTime() / 1_000) } : {}),
    };
  },
  consume: async (value) => {
    const { count } = await db.oauthState.updateMany({
      where: { id: { in: stateIds(secrets, kind, value) }, consumedAt: null },
      data: { consumedAt: clock.now() },
    });
    if (count) return;
    const { errors } = await import('oidc-provider');
    throw new errors.InvalidGrant('it was used at the same time');
  },
  destroy: async (value) => {
    await db.oauthState.deleteMany({ where: { id: { in: stateIds(secrets, kind, value) } } });
  },
  revokeByGrantId: async (name) => {
    const { subscriberId, id: grantId } = grantOf(name);
    await db.oauthState.deleteMany({ where: { kind, subscriberId, grantId } });
  },
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
});
