import type { Prisma } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { codedError } from '../graphql/errors.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import { prismaTotalCount } from '../graphql/page.ts';
import { Subscriber } from '../subscriber/schema.ts';

builder.queryField('subscriber', (t) =>
  t.prismaField({
    type: Subscriber,
    nullable: true,
    description: 'Staff only: one line, by its id or its number.',
    authScopes: { support: true },
    args: {
      id: t.arg.globalID({ for: Subscriber, description: 'The line’s id.' }),
      phoneNumber: t.arg({ type: 'PhoneNumber', description: 'The line’s number.' }),
    },
    resolve: async (query, _root, { id, phoneNumber }, context, info) => {
      const { app } = context;
      if ((id == null) === (phoneNumber == null))
        throw codedError('BAD_USER_INPUT', 'Give either `id` or `phoneNumber`.');
      const number = phoneNumber == null ? undefined : parsePhoneNumber(phoneNumber, app.config.COUNTRY);
      if (!id && !number) throw codedError('BAD_USER_INPUT', 'This is no phone number.');
      const where = id ? { id: id.id } : { phoneNumber: number! };
      // A cursor, a count or a type's name says that somebody is a customer as well as their name does
      context.lookedUp = true;
      const line = await context.hotReads.line(context, info, { ...query, where });
      if (line) context.opened.add(line.id);
      return line;
    },
  }),
);

/** The lines of a page; the one beyond its end only says that there are more. */
const inPage = <Line>(lines: readonly Line[], take: number): readonly Line[] =>
  take < 0 ? lines.slice(take + 1) : lines.slice(0, take - 1);

/** Lines whose owner’s name has this text, or, where it is written as a number is, whose number has its digits. */
function matching(search: string | null | undefined): Prisma.SubscriberWhereInput {
  // As typed: the two signs that stand for others in a pattern stand for themselves here
  const text = search?.trim().replaceAll(/[\\%_]/g, String.raw`\$&`);
  if (!text) return {};
  const byName: Prisma.SubscriberWhereInput = { fullName: { contains: text, mode: 'insensitive' } };
  const digits = text.replaceAll(/[\s()+-]/g, '');
  return /^\d+$/.test(digits) ? { OR: [byName, { phoneNumber: { contains: digits } }] } : byName;
}

builder.queryField('subscribers', (t) =>
  t.prismaConnection(
    {
      type: Subscriber,
      cursor: 'id',
      description: 'Staff only: all lines, in a stable order.',
      authScopes: { support: true },
      args: {
        search: t.arg.string({ description: 'Only lines with this in their number or their owner’s name.' }),
      },
      totalCount: (_root, { search }, context) => {
        context.lookedUp = true;
        return context.app.db.subscriber.count({ where: matching(search) });
      },
      resolve: async (query, _root, { search }, context, info) => {
        context.lookedUp = true;
        const lines = await context.hotReads.lines(context, info, {
          ...query,
          where: matching(search),
          orderBy: { id: 'asc' },
        });
        for (const { id } of inPage(lines, query.take)) context.opened.add(id);
        return lines;
      },
    },
    {
      name: 'SubscriberConnection',
      description: 'A page of lines.',
      fields: (c) => ({ totalCount: c.int(prismaTotalCount) }),
    },
    { name: 'SubscriberEdge', description: 'A line in a page.' },
  ),
);
