import { builder } from '../graphql/builder.ts';
import { lineKey, parseLineKey } from '../graphql/own-nodes.ts';
import { prismaTotalCount } from '../graphql/page.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { LIVE_GRANT } from './grants.ts';

builder.prismaObject('PartnerUse', {
  description: 'One operation that a partner ran.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    operationName: t.exposeString('operationName', { description: 'What it is called.' }),
  }),
});

builder.prismaNode('PartnerGrant', {
  description: 'A partner app that may see or do something on this line, by its subscriber’s leave.',
  authScopes: ({ subscriberId }) => ({ owner: subscriberId }),
  nullable: true,
  id: {
    resolve: ({ subscriberId, id }) => lineKey(subscriberId, id),
    description: 'Names this leave: hand it to `revoke` to end it.',
  },
  findUnique: (globalId) => {
    const { subscriberId, key: id } = parseLineKey(globalId);
    return { subscriberId_id: { subscriberId, id }, ...LIVE_GRANT };
  },
  fields: (t) => ({
    partnerName: t.string({
      description: 'What the partner is called.',
      select: { partner: { select: { name: true } } },
      resolve: ({ partner }) => partner.name,
    }),
    scopes: t.exposeStringList('scopes', { description: 'What it may see or do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the partner last ran an operation; null: it never has.',
    }),
    uses: t.relatedConnection(
      'uses',
      {
        description: 'Which operations the partner ran, newest first.',
        cursor: 'subscriberId_id',
        query: { orderBy: [{ at: 'desc' }, { id: 'desc' }] },
        totalCount: true,
      },
      {
        name: 'PartnerUseConnection',
        description: 'A page of what a partner ran.',
        fields: (c) => ({ totalCount: c.int(prismaTotalCount) }),
      },
      { name: 'PartnerUseEdge', description: 'An operation in a page.' },
    ),
  }),
});

builder.prismaObjectField(Subscriber, 'partnerGrants', (t) =>
  t.relation('partnerGrants', {
    description: 'Which partner apps may see or do what, by this subscriber’s leave, the latest first.',
    authScopes: ({ id }) => ({ owner: id }),
    query: { where: LIVE_GRANT, orderBy: { createdAt: 'desc' } },
  }),
);
