import { builder } from '../graphql/builder.ts';

const IdentityKind = builder.enumType('IdentityKind', {
  description: 'Kinds of callers.',
  values: ['GUEST', 'SUBSCRIBER', 'STAFF', 'PARTNER'] as const,
});

const Identity = builder
  .objectRef<{
    kind: 'GUEST' | 'SUBSCRIBER' | 'STAFF' | 'PARTNER';
    name: string | null;
    roles: string[];
    scopes: string[];
  }>('Identity')
  .implement({
    description: 'Whom a request speaks for.',
    fields: (t) => ({
      kind: t.field({
        type: IdentityKind,
        description: 'Which kind of caller.',
        resolve: ({ kind }) => kind,
      }),
      name: t.exposeString('name', { nullable: true, description: 'Their name, as far as it is known.' }),
      roles: t.exposeStringList('roles', { description: 'Of staff.' }),
      scopes: t.exposeStringList('scopes', { description: 'What a partner app may do.' }),
    }),
  });

builder.queryField('identity', (t) =>
  t.field({
    type: Identity,
    description: 'Whom this request speaks for.',
    authScopes: { public: true },
    resolve: async (_root, _args, { app, viewer }) => {
      if (viewer.kind === 'GUEST') return { kind: 'GUEST' as const, name: null, roles: [], scopes: [] };
      if (viewer.kind === 'STAFF')
        return { kind: 'STAFF' as const, name: viewer.name, roles: [...viewer.roles], scopes: [] };
      if (viewer.kind === 'PARTNER')
        return {
          kind: 'PARTNER' as const,
          name: viewer.partner.name,
          roles: [],
          scopes: [...viewer.scopes],
        };
      const { fullName } = await app.db.subscriber.findUniqueOrThrow({
        where: { id: viewer.session.subscriberId },
      });
      return { kind: 'SUBSCRIBER' as const, name: fullName, roles: [], scopes: [] };
    },
  }),
);
