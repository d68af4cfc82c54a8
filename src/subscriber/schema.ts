import { encodeCursor } from '../events/cursor.ts';
import { LineStatus as Statuses } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import { Money, money } from '../graphql/money.ts';
import { opensLine, ownLine } from '../graphql/viewer.ts';
import { MENU_KEYS, type MenuKey as Key, menuReason, messagesIn } from '../messages/messages.ts';
import { Tariff } from '../tariffs/schema.ts';

const LineStatus = builder.enumType('LineStatus', {
  description: 'A suspended line can be looked at, but neither its services nor its tariff can be changed.',
  values: Object.values(Statuses),
});

const MenuKey = builder.enumType('MenuKey', {
  description: 'The items of the Internet Assistant’s menu.',
  values: MENU_KEYS,
});

const MenuItem = builder.objectRef<{ key: Key; title: string; reason: string | null }>('MenuItem').implement({
  description: 'One item of the menu.',
  fields: (t) => ({
    key: t.field({ type: MenuKey, description: 'For programs.', resolve: ({ key }) => key }),
    title: t.exposeString('title', { description: 'For the person, in the language of the request.' }),
    enabled: t.boolean({
      description: 'Whether it can be used now.',
      resolve: ({ reason }) => reason === null,
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it cannot; null where it can.' }),
  }),
});

export const Subscriber = builder.prismaNode('Subscriber', {
  description: 'One line: a SIM with its number and its owner.',
  authScopes: ({ id }, context) => opensLine(context, id),
  nullable: true,
  id: { field: 'id' },
  // Nothing is read of a line but what its fields name
  select: { id: true },
  fields: (t) => ({
    fullName: t.exposeString('fullName', { description: 'The owner’s name.' }),
    phoneNumber: t.expose('phoneNumber', { type: 'PhoneNumber', description: 'The line’s number.' }),
    status: t.field({
      type: LineStatus,
      description: 'Whether its services and tariff can be changed.',
      select: { status: true },
      resolve: ({ status }) => status,
    }),
    timeZone: t.exposeString('timeZone', {
      description: 'IANA name; the line’s days begin at its midnight.',
    }),
    balance: t.field({
      type: Money,
      description: 'What is on the account.',
      select: { balance: true },
      resolve: ({ balance }) => money(balance),
    }),
    available: t.field({
      type: Money,
      description: 'What of it open orders do not hold.',
      select: { balance: true, held: true },
      resolve: ({ balance, held }) => money(balance - held),
    }),
    tariff: t.field({
      type: Tariff,
      description: 'The tariff that the line is on.',
      select: { tariffCode: true },
      resolve: ({ tariffCode }, _args, { app }) => app.catalogue.current().tariff(tariffCode)!,
    }),
    streamCursor: t.string({
      description: 'Where this subscriber’s streams stand: hand it to `after` to miss nothing from here on.',
      select: { lastEventSeq: true },
      authScopes: ({ id }) => ({ acting: id }),
      resolve: ({ id, lastEventSeq }, _args, { app }) => encodeCursor(app.secrets, id, lastEventSeq),
    }),
    menu: t.field({
      type: [MenuItem],
      description: 'The Internet Assistant’s menu; what cannot be used says why.',
      select: { status: true },
      authScopes: ({ id }) => ({ owner: id }),
      resolve: ({ status }, _args, { language }) =>
        MENU_KEYS.map((key) => ({
          key,
          title: messagesIn(language).menu[key],
          reason: menuReason(language, key, status),
        })),
    }),
  }),
});

builder.queryField('me', (t) =>
  t.prismaField({
    type: Subscriber,
    nullable: true,
    description:
      'The subscriber signed in; null for a guest or a member of staff. To a partner, the one that it acts for.',
    authScopes: { public: true },
    resolve: (query, _root, _args, context, info) => {
      const id = ownLine(context.viewer);
      return id ? context.hotReads.line(context, info, { ...query, where: { id } }) : null;
    },
  }),
);
