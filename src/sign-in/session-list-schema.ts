import { builder } from '../graphql/builder.ts';
import { NotFound } from '../graphql/failures.ts';
import { lineKey, mayName, parseLineKey } from '../graphql/own-nodes.ts';
import { endLinks } from '../cost-control/end-links.ts';
import { isOwner } from '../graphql/viewer.ts';
import { endGrants } from '../partners/grants.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { endSessions, liveSession } from './sessions.ts';

builder.prismaNode('Session', {
  description: 'One sign-in that has not ended: a browser, or an app on a phone.',
  authScopes: ({ subscriberId }) => ({ owner: subscriberId }),
  nullable: true,
  id: {
    resolve: ({ subscriberId, id }) => lineKey(subscriberId, id),
    description: 'Names this session: hand it to `revoke` to end it.',
  },
  findUnique: (globalId) => {
    const { subscriberId, key: id } = parseLineKey(globalId);
    return { subscriberId_id: { subscriberId, id }, endedAt: null };
  },
  fields: (t) => ({
    current: t.boolean({
      description: 'Whether it is the one that asks.',
      resolve: ({ id }, _args, { viewer }) => viewer.kind === 'SUBSCRIBER' && viewer.session.id === id,
    }),
    client: t.exposeString('client', {
      nullable: true,
      description: 'What the client called itself when it signed in; null if it did not.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it signed in.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When it last renewed its tokens, which clients in use do every few minutes.',
    }),
  }),
});

builder.prismaObjectField(Subscriber, 'sessions', (t) =>
  t.relation('sessions', {
    description: 'Where this subscriber is signed in, the latest in use first.',
    authScopes: ({ id }) => ({ owner: id }),
    query: (_args, { app }) => ({ where: liveSession(app), orderBy: { lastSeenAt: 'desc' } }),
  }),
);

const Revoked = builder.objectRef<{ __typename: 'Revoked'; id: string }>('Revoked').implement({
  description: 'It is ended.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'What was ended.' }) }),
});

const RevokeResult = builder.unionType('RevokeResult', {
  description: 'It is ended, or there is no such thing.',
  types: [Revoked, NotFound],
  resolveType: ({ __typename }) => __typename,
});

/** What can be ended by its id, and how; the number of what there was to end. */
const REVOCABLE = new Map<string, (app: App, tx: Tx, subscriberId: string, key: string) => Promise<number>>([
  ['Session', (app, tx, subscriberId, id) => endSessions(app, tx, { subscriberId, id })],
  ['DetailOrder', (app, tx, subscriberId, orderId) => endLinks(app, tx, { subscriberId, orderId })],
  ['PartnerGrant', (app, tx, subscriberId, id) => endGrants(app, tx, { subscriberId, id })],
]);

builder.mutationField('revoke', (t) =>
  t.field({
    type: RevokeResult,
    description:
      'Ends one session of this subscriber or one partner’s leave (what it has open closes within a second), or the link of one detail order.',
    authScopes: { subscriber: true },
    args: { id: t.arg.globalID({ required: true, description: 'Of what is to be ended.' }) },
    resolve: async (_root, { id }, { app, viewer }) => {
      const end = REVOCABLE.get(id.typename);
      const { subscriberId, key } = parseLineKey(id.id);
      if (!end || !isOwner(viewer, subscriberId) || !mayName(id, viewer))
        return { __typename: 'NotFound' as const };
      if (!(await app.db.$transaction((tx) => end(app, tx, subscriberId, key))))
        return { __typename: 'NotFound' as const };
      const globalId = Buffer.from(`${id.typename}:${id.id}`).toString('base64');
      return { __typename: 'Revoked' as const, id: globalId };
    },
  }),
);
