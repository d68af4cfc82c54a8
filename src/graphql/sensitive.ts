import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { codedError } from './errors.ts';

/** Root fields that prove, change or end who one is, or whose work or tries many in one request would multiply. */
const SENSITIVE = [
  'createCaptcha',
  'requestSmsPassword',
  'signIn',
  'refreshSession',
  'signOut',
  'changePassword',
  'assistServiceOrder',
];
/** Of these, the ones that are heard whatever old credential comes along. */
const IGNORING = ['signIn', 'refreshSession', 'signOut'];

/** Root fields from which nothing of a line can be reached. */
const CATALOGUE = ['services', 'tariffs'];

/** The names of an operation's root fields, once for each time they occur, fragments included. */
function rootFields(document: DocumentNode, { selectionSet }: OperationDefinitionNode): string[] {
  const fragments = new Map(
    document.definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const collect = (set: SelectionSetNode, inside: readonly string[]): string[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      if (selection.kind === Kind.INLINE_FRAGMENT) return collect(selection.selectionSet, inside);
      const name = selection.name.value;
      const fragment = fragments.get(name);
      return fragment && !inside.includes(name) ? collect(fragment.selectionSet, [...inside, name]) : [];
    });
  return collect(selectionSet, []).filter((name) => name !== '__typename');
}

/**
 * A field about who one is stands alone in its operation: a limit on tries counts operations truly, and nothing
 * else runs for a viewer who has just become another.
 */
export function oneSensitiveField(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const fields = rootFields(context.getDocument(), operation);
      const sensitive = fields.find((name) => SENSITIVE.includes(name));
      if (sensitive && fields.length > 1)
        context.reportError(codedError('BAD_USER_INPUT', `\`${sensitive}\` stands alone in its operation.`));
    },
  };
}

/** The operation of a document that is executed. */
export const executedOf = (
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode | undefined =>
  document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .find(({ name }) => operationName === undefined || name?.value === operationName);

const ofCatalogue = new WeakMap<OperationDefinitionNode, boolean>();

/** Whether a query asks for the catalogue and nothing else: for that it does not matter who asks. */
export function asksCatalogueOnly(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  let known = ofCatalogue.get(operation);
  if (known === undefined) {
    const fields = rootFields(document, operation);
    known =
      operation.operation === 'query' &&
      fields.length > 0 &&
      fields.every((name) => CATALOGUE.includes(name));
    ofCatalogue.set(operation, known);
  }
  return known;
}

/** Whether the operation that is executed is heard without a look at the credential that came with it. */
export function ignoresCredential(document: DocumentNode, operationName: string | undefined): boolean {
  const executed = executedOf(document, operationName);
  if (executed?.operation !== 'mutation') return false;
  const fields = rootFields(document, executed);
  return fields.length > 0 && fields.every((name) => IGNORING.includes(name));
}
