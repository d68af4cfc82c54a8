import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type ParseOptions,
  type SelectionSetNode,
  type Source,
  visit,
} from 'graphql';
import type { Config } from '../config.ts';
import { codedError } from './errors.ts';

type Limits = Pick<
  Config,
  'QUERY_TOKENS' | 'QUERY_FIELDS' | 'QUERY_ROOT_FIELDS' | 'QUERY_DIRECTIVES' | 'LIST_LENGTH'
>;

/** Deeper than any document that a person wrote: the parser would run out of stack. */
const MAX_NESTING = 200;

/** PostgreSQL has no character U+0000, and nobody types one. @throws GraphQLError BAD_USER_INPUT */
export function refuseNul(text: string, written: RegExp = /\0/): void {
  if (written.test(text)) throw codedError('BAD_USER_INPUT', 'The character U+0000 is not taken.');
}

function refuseHostile(text: string): void {
  refuseNul(text, /\0|\\u(0000|\{0+\})/);
  let depth = 0;
  for (const [bracket] of text.matchAll(/[{}[\]()]/g)) {
    depth += '{[('.includes(bracket) ? 1 : -1;
    if (depth > MAX_NESTING) throw tooComplex('The document is nested too deeply.');
  }
}

/** A document that is too long is given up at the first token too many: what follows it costs nothing. */
export function parseWithin(limits: Limits, source: string | Source, options?: ParseOptions): DocumentNode {
  refuseHostile(typeof source === 'string' ? source : source.body);
  try {
    return parse(source, { ...options, maxTokens: limits.QUERY_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('Document contains more than'))
      throw tooComplex(`A document has ${limits.QUERY_TOKENS} tokens at the most.`);
    throw error;
  }
}

/**
 * What of a document is too much, found before anything is compared, planned or run. Each fragment is weighed once,
 * however often it is spread: the time is that of reading the document, whatever it would unfold to.
 */
export function tooMuchIn(document: DocumentNode, limits: Limits): GraphQLError | undefined {
  const { longestList, directives, schemas, renamed } = writtenOut(document);
  if (longestList > limits.LIST_LENGTH)
    return codedError('BAD_USER_INPUT', `A list has ${limits.LIST_LENGTH} entries at the most.`);
  if (directives > limits.QUERY_DIRECTIVES)
    return tooComplex(`A document has ${limits.QUERY_DIRECTIVES} directives at the most.`);
  if (schemas > 1 || renamed)
    return tooComplex('A document asks about the schema once, and under the names that things have.');
  const weigh = weigher(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      continue;
    const { all, top } = weigh(definition.selectionSet);
    if (Number.isNaN(all)) return codedError('BAD_USER_INPUT', 'A fragment spreads itself.');
    if (all > limits.QUERY_FIELDS)
      return tooComplex(`A document selects ${limits.QUERY_FIELDS} fields at the most, fragments unfolded.`);
    if (definition.kind === Kind.OPERATION_DEFINITION && top > limits.QUERY_ROOT_FIELDS)
      return tooComplex(`An operation has ${limits.QUERY_ROOT_FIELDS} root fields at the most.`);
  }
  return undefined;
}

interface Weight {
  /** Selections of any kind, at any depth, as often as fragments bring them in; NaN: without end. */
  all: number;
  /** Fields among them that stand at the top. */
  top: number;
}

function weigher(document: DocumentNode): (set: SelectionSetNode) => Weight {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const weights = new Map<string, Weight>();
  const weightOf = (name: string): Weight => {
    const known = weights.get(name);
    if (known) return known;
    weights.set(name, { all: Number.NaN, top: 0 });
    const fragment = fragments.get(name);
    const weight = fragment ? weigh(fragment.selectionSet) : { all: 0, top: 0 };
    weights.set(name, weight);
    return weight;
  };
  const weigh = ({ selections }: SelectionSetNode): Weight => {
    const sum = { all: selections.length, top: 0 };
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        sum.top++;
        if (selection.selectionSet) sum.all += weigh(selection.selectionSet).all;
      } else {
        const spread = selection.kind === Kind.FRAGMENT_SPREAD;
        const part = spread ? weightOf(selection.name.value) : weigh(selection.selectionSet);
        sum.all += part.all;
        sum.top += part.top;
      }
    }
    return sum;
  };
  return weigh;
}

/** What can be counted of a document without unfolding it. */
function writtenOut(document: DocumentNode) {
  const found = { longestList: 0, directives: 0, schemas: 0, renamed: false };
  /** How many nodes around this one are about the schema itself: what is asked there comes for each of its types. */
  let about = 0;
  const noteLength = ({ length }: readonly unknown[]) => {
    found.longestList = Math.max(found.longestList, length);
  };
  visit(document, {
    ListValue: ({ values }) => noteLength(values),
    ObjectValue: ({ fields }) => noteLength(fields),
    Directive: () => void found.directives++,
    Field: {
      enter: ({ name, alias }) => {
        if (about && alias) found.renamed = true;
        if (!isAboutSchema(name.value)) return;
        found.schemas++;
        about++;
      },
      leave: ({ name }) => void (isAboutSchema(name.value) && about--),
    },
    FragmentDefinition: {
      enter: ({ typeCondition: { name } }) => void (name.value.startsWith('__') && about++),
      leave: ({ typeCondition: { name } }) => void (name.value.startsWith('__') && about--),
    },
  });
  return found;
}

const aboutSchema = new WeakMap<DocumentNode, boolean>();

/** Whether a document asks about the schema itself. */
export function asksAboutSchema(document: DocumentNode): boolean {
  const known = aboutSchema.get(document) ?? writtenOut(document).schemas > 0;
  aboutSchema.set(document, known);
  return known;
}

const isAboutSchema = (field: string): boolean => field === '__schema' || field === '__type';

const tooComplex = (message: string): GraphQLError => codedError('QUERY_TOO_COMPLEX', message);
