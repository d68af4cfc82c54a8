import { Recurrence as Recurrences, ServiceCategory as Categories } from '../generated/prisma/enums.ts';
import type { Service as ServiceRow } from '../generated/prisma/client.ts';
import type { Language } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { Money, money } from '../graphql/money.ts';
import { pageOf, TOTAL_COUNT } from '../graphql/page.ts';
import { textIn } from '../messages/language.ts';

export const ServiceCategory = builder.enumType('ServiceCategory', {
  description: 'What a service is about.',
  values: Object.values(Categories),
});

const Recurrence = builder.enumType('Recurrence', {
  description: 'How often the recurring fee is taken.',
  values: Object.values(Recurrences),
});

export const Service = builder.prismaNode('Service', {
  description: 'A service of the catalogue.',
  nullable: true,
  id: { field: 'code' },
  findUnique: (code) => ({ code }),
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The operator’s short name, which mutations take.' }),
    name: t.string({
      description: 'In the language of the request.',
      resolve: (s, _args, { language }) => textIn(language, s.name),
    }),
    description: t.string({
      description: 'In a sentence.',
      resolve: (s, _args, { language }) => textIn(language, s.description),
    }),
    category: t.field({
      type: ServiceCategory,
      description: 'What it is about.',
      resolve: (s) => s.category,
    }),
    connectionFee: t.field({
      type: Money,
      description: 'List price of adding it.',
      resolve: (s) => money(s.connectionFee),
    }),
    recurringFee: t.field({
      type: Money,
      description: 'List price of having it, per recurrence.',
      resolve: (s) => money(s.recurringFee),
    }),
    recurrence: t.field({
      type: Recurrence,
      description: 'How often the recurring fee is taken.',
      resolve: (s) => s.recurrence,
    }),
    supportOnly: t.exposeBoolean('supportOnly', {
      description: 'Whether support alone adds and removes it.',
    }),
    ussdCode: t.exposeString('ussdCode', {
      nullable: true,
      description: 'The code that a phone without internet dials for it.',
    }),
  }),
});

builder.prismaObjectFields(Service, (t) => ({
  requires: t.field({
    type: [Service],
    description: 'Services of which at least one must be on; empty: it needs none.',
    resolve: ({ code }, _args, { app }) => [...app.catalogue.current().requiredBy(code)],
  }),
  conflictsWith: t.field({
    type: [Service],
    description: 'Services that cannot be on together with it.',
    resolve: ({ code }, _args, { app }) => [...app.catalogue.current().conflictsOf(code)],
  }),
}));

/** The catalogue's services for a list of codes. */
export const servicesOf = (codes: readonly string[], { app }: Context): ServiceRow[] =>
  codes.flatMap((code) => app.catalogue.current().service(code) ?? []);

/** Whether a person who types this means the service. */
export function matchesSearch(
  service: ServiceRow,
  search: string | null | undefined,
  language: Language,
): boolean {
  const wanted = search?.trim().toLocaleLowerCase(language);
  if (!wanted) return true;
  return [textIn(language, service.name), textIn(language, service.description), service.code].some((text) =>
    text.toLocaleLowerCase(language).includes(wanted),
  );
}

builder.queryField('services', (t) =>
  t.connection(
    {
      type: Service,
      description: 'The services that the operator offers, in its order.',
      authScopes: { public: true },
      args: {
        category: t.arg({ type: [ServiceCategory], description: 'Only these categories.' }),
        search: t.arg.string({ description: 'Only services with this in their name, description or code.' }),
      },
      resolve: (_root, { category, search, ...page }, { app, language }) => {
        const { services } = app.catalogue.current();
        const asked = services
          .filter((service) => category?.includes(service.category) ?? true)
          .filter((service) => matchesSearch(service, search, language));
        return pageOf(asked, (service) => service.code, page, services);
      },
    },
    {
      name: 'ServiceConnection',
      description: 'A page of services.',
      fields: (c) => ({ totalCount: c.exposeInt('totalCount', { description: TOTAL_COUNT }) }),
    },
    { name: 'ServiceEdge', description: 'A service in a page.' },
  ),
);
