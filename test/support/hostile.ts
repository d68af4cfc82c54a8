/** A request that nobody sends who means well. */
export interface Hostile {
  query: string;
  /** As JSON: some is nested so deeply that a value of it could not be written down. */
  variables?: string;
  operationName?: string;
}

/** It as it is sent over HTTP, or within a socket's message. */
export function payloadOf({ query, variables = '{}', operationName }: Hostile): string {
  const rest = JSON.stringify({ query, operationName });
  return `${rest.slice(0, -1)},"variables":${variables}}`;
}

const times = (count: number, text: (i: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);
const me = (selection: string) => `{ me { ${selection} } }`;
/** Fragments of which each spreads the next so many times: so many to the power of their number. */
const bomb = (type: string, levels: number, spreads: number, end: string) =>
  `${times(levels, (i) => `fragment F${i} on ${type} { ${`...F${i + 1} `.repeat(spreads)} }`)} fragment F${levels} on ${type} { ${end} }`;
const nested = (levels: number, open: string, inside: string, close: string) =>
  open.repeat(levels) + inside + close.repeat(levels);
const list = (count: number, value: string) => `[${times(count, () => value, ',')}]`;

const DEEP = nested(8, 'serviceOrders { edges { node { subscriber { ', 'id', '} } } } ');

export const HOSTILE_DOCUMENTS: Record<string, Hostile> = {
  'depth beyond the limit': { query: me(DEEP) },
  'depth that no parser likes': { query: nested(5_000, '{a', '', '}') },
  'depth of inline fragments': { query: me(nested(250, '... { ', 'id', '} ')) },
  'depth of lists': { query: `{ services(category: ${nested(5_000, '[', '', ']')}) { totalCount } }` },
  'depth of objects': { query: `{ services(category: ${nested(150, '{a:', '1', '}')}) { totalCount } }` },
  'width: one field a thousand times': { query: me('fullName '.repeat(1_000)) },
  'width: unknown fields': { query: me(times(490, (i) => `nothing${i}`)) },
  'width: a name of 15,000 letters': { query: me('x'.repeat(15_000)) },
  'aliases: a hundred root fields': { query: `{ ${times(100, (i) => `a${i}: me { id }`)} }` },
  'aliases: a thousand': { query: me(times(1_000, (i) => `a${i}: fullName`)) },
  'aliases: lists of lists': {
    query: me(
      times(20, (i) => `a${i}: services(first: 100) { edges { node { actions { fee { amount } } } } }`),
    ),
  },
  '__typename under six hundred aliases': { query: `{ ${times(600, (i) => `a${i}: __typename`)} }` },
  '__typename under twenty-one aliases at the root': {
    query: `{ ${times(21, (i) => `a${i}: __typename`)} }`,
  },
  'directives: unknown ones': { query: `{ __typename ${'@nothing '.repeat(950)} }` },
  'directives: one again and again': { query: `{ __typename ${'@include(if: true) '.repeat(60)} }` },
  'directives: on each field': { query: me(times(200, (i) => `a${i}: id @skip(if: false)`)) },
  'fragments: one that spreads itself': { query: '{ ...F } fragment F on Query { ...F }' },
  'fragments: two that spread each other': {
    query: '{ ...A } fragment A on Query { me { ...B } } fragment B on Subscriber { tariff { id } ...B }',
  },
  'fragments: all spread all': {
    query: `{ ...F0 } ${times(20, (i) => `fragment F${i} on Query { ${times(20, (j) => `...F${j}`)} }`)}`,
  },
  'fragments: two to the power of sixty': { query: `{ ...F0 } ${bomb('Query', 60, 2, '__typename')}` },
  'fragments: ten to the power of twelve': { query: `{ ...F0 } ${bomb('Query', 12, 10, 'me { id }')}` },
  'fragments: a bomb of nothing': { query: `{ ...F0 } ${bomb('Query', 40, 2, '')}` },
  'fragments: a bomb that nobody spreads': { query: `{ __typename } ${bomb('Query', 40, 2, '__typename')}` },
  'fragments: a bomb with a secret inside': {
    query: `mutation { ...F0 } ${bomb('Mutation', 40, 2, 'signOut { sessionsEnded }')}`,
  },
  'fragments: 200 of 100 fields inline': {
    query: me(times(200, () => `... on Subscriber { ${'fullName '.repeat(100)} }`)),
  },
  'fragments: 200 times 100 inline, one in the other': {
    query: me(times(200, () => nested(100, '...{', 'id', '}'))),
  },
  '15,000 tokens': { query: me('id '.repeat(15_000)) },
  '15,000 tokens of punctuation': { query: '!'.repeat(15_000) },
  'a thousand operations': {
    query: times(190, (i) => `query A${i} { ...F }`) + ' fragment F on Query { me { id } }',
  },
  'operations without a name for the one': { query: 'query A { me { id } } query B { me { id } }' },
  'a name of no operation': { query: 'query A { me { id } }', operationName: 'B' },
  'a name of no operation, of 15,000 letters': {
    query: 'query A { me { id } }',
    operationName: 'B'.repeat(15_000),
  },
  'variables declared by the hundred': { query: `query (${times(400, (i) => `$v${i}: ID`)}) { me { id } }` },
  'variables used by the hundred': { query: me(times(240, (i) => `a${i}: service(code: $v${i}) { id }`)) },
  'a list of 500 in the document': { query: `{ nodes(ids: [${'"x" '.repeat(500)}]) { id } }` },
  'an object of 500 fields in the document': {
    query: `mutation { activateService(input: { ${times(500, (i) => `f${i}: 1`)} }) { __typename } }`,
  },
  'a number of 10,000 digits': { query: `{ services(first: ${'9'.repeat(10_000)}) { totalCount } }` },
  'introspection: types of fields of types': {
    query: `{ __schema { types { ${nested(8, 'fields { type { ', 'name', '} } ')} } } }`,
  },
  'introspection: twenty times': { query: `{ ${times(20, (i) => `a${i}: __schema { types { name } }`)} }` },
  'introspection: the same under other names': {
    query: `{ __schema { types { ${times(90, (i) => `a${i}: fields { args { name } }`)} } } }`,
  },
  'introspection: other names in a fragment': {
    query: `{ __schema { types { ...F } } } fragment F on __Type { ${times(90, (i) => `a${i}: fields { name }`)} }`,
  },
};

const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
const SEARCH = 'query ($s: String) { services(search: $s) { totalCount } }';

export const HOSTILE_VARIABLES: Record<string, Hostile> = {
  'a list of 101': { query: NODES, variables: `{"ids":${list(101, '"x"')}}` },
  'a list of 10,000': { query: NODES, variables: `{"ids":${list(10_000, '"x"')}}` },
  'a list of 10,000 that nobody declared': {
    query: '{ me { id } }',
    variables: `{"ids":${list(10_000, '0')}}`,
  },
  'a hundred lines with a hundred orders each': {
    query:
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Subscriber { serviceOrders(first: 100) { totalCount edges { node { id state } } } } } }',
    variables: `{"ids":${list(100, '"U3Vic2NyaWJlcjox"')}}`,
  },
  'lists in lists': { query: NODES, variables: `{"ids":${list(100, list(100, '1'))}}` },
  'an object of 1,000 fields': {
    query: SEARCH,
    variables: `{"s":{${times(1_000, (i) => `"k${i}":${i}`, ',')}}}`,
  },
  'a long text where a number is due': {
    query: 'query ($n: Int) { services(first: $n) { totalCount } }',
    variables: `{"n":"${'x'.repeat(15_000)}"}`,
  },
  'nested 25 deep': { query: SEARCH, variables: `{"s":${nested(25, '[', '', ']')}}` },
  'nested 7,000 deep': { query: SEARCH, variables: `{"s":${nested(7_000, '[', '', ']')}}` },
  'objects nested 2,500 deep': { query: SEARCH, variables: nested(2_500, '{"a":', '1', '}') },
};
