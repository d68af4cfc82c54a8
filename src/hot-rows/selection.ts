import { Carried, HotRow } from './hot-row.ts';
import type { Column, Model, Models, Relation } from './models.ts';

/** What Prisma selects of a row, and of many: as plugin-prisma plans it. */
export interface Query {
  select?: Record<string, unknown> | null | undefined;
  include?: Record<string, unknown> | null | undefined;
  where?: Record<string, unknown> | undefined;
  orderBy?: unknown;
  take?: number | undefined;
  skip?: number | undefined;
  cursor?: Record<string, unknown> | undefined;
}

/**
 * Many rows, column by column: much less to do for the server, and to read, than an array for each row. Of none there is no
 * column.
 */
export type Columns = readonly (readonly unknown[] | null)[];

/** How what is selected of a row is written in SQL, as one value, and made into an object again. */
export interface Selection {
  values: readonly string[];
  row: (values: readonly unknown[]) => HotRow;
  rows: (columns: Columns) => HotRow[];
  /** The statements that there are with it, by what each says of which rows: a text that is the same string is found faster. */
  statements: Map<string, string>;
}

/** A query that this cannot say: it is left to Prisma. */
export class NotHot extends Error {}

interface Part {
  name: string;
  sql: string;
  value: (read: unknown) => unknown;
}

/** What the row itself is called in SQL. */
export const ROW = 't';

/** The selection of one row, called `row` in SQL. @throws NotHot */
export function selectionOf(models: Models, model: Model, query: Query, row = ROW): Selection {
  const { select, include } = query;
  const asked = select ?? include ?? {};
  if (!select && !model.isWhole) throw new NotHot(`all of ${model.name}`);
  // In one order, whatever order the document has them in: so one statement serves many documents
  const names = [...(select ? [] : model.columns.keys()), ...chosen(asked)].toSorted();
  const parts = names.map((name): Part => {
    const column = model.columns.get(name);
    if (column) return columnPart(column, row);
    const relation = model.relations.get(name);
    if (!relation) throw new NotHot(`${model.name}.${name}`);
    return relationPart(models, relation, asked[name], row);
  });
  const carried = new Carried(names);
  const rowOf = (valueAt: (index: number) => unknown): HotRow => {
    const hot = new HotRow(carried);
    for (let i = 0; i < parts.length; i++)
      (hot as unknown as Record<string, unknown>)[parts[i]!.name] = parts[i]!.value(valueAt(i));
    return hot;
  };
  return {
    values: parts.map(({ sql }) => sql),
    statements: new Map(),
    row: (values) => rowOf((i) => values[i]),
    rows: (columns) => (columns[0] ?? []).map((_, at) => rowOf((i) => columns[i]![at])),
  };
}

const chosen = (selected: Record<string, unknown>): string[] =>
  Object.keys(selected).filter((name) => selected[name] !== false && selected[name] !== undefined);

const columnPart = ({ name, sql, value }: Column, row: string): Part => ({ name, sql: sql(row), value });

/** Rows of a relation as SQL finds them, and how they are selected. */
interface Related {
  name: string;
  selection: Selection;
  from: string;
}

function relationPart(models: Models, relation: Relation, asked: unknown, row: string): Part {
  const model = models.get(relation.model)!;
  const query = asked === true ? {} : (asked as Query);
  const inner = `${row}x`;
  const selection = selectionOf(models, model, query, inner);
  const join = `${inner}.${relation.theirs} = ${row}.${relation.own}`;
  const found = { name: relation.name, selection, from: `FROM ${model.table} ${inner} WHERE ${join}` };
  if (!relation.isList) {
    onlyWith(query, []);
    return onePart(found);
  }
  onlyWith(query, ['where', 'orderBy', 'take', 'skip']);
  const from = `${found.from}${whichOf(model, query, inner)}`;
  return from === found.from ? allPart(found) : fewPart({ ...found, from });
}

const onePart = ({ name, selection: { values, row }, from }: Related): Part => ({
  name,
  sql: `(SELECT ${inOne(values)} ${from})`,
  value: (found) => found && row(found as unknown[]),
});

const allPart = ({ name, selection: { values, rows }, from }: Related): Part => ({
  name,
  sql: `(SELECT ${inOne(values.map(listed))} ${from})`,
  value: (columns) => rows(columns as Columns),
});

/** Few, or none: nothing is cheaper than an array of them. */
const fewPart = ({ name, selection: { values, row }, from }: Related): Part => ({
  name,
  sql: `ARRAY(SELECT ${inOne(values)} ${from})`,
  value: (found) => (found as unknown[][]).map(row),
});

/** What says which rows of a relation, behind what joins them; nothing: all of them. */
function whichOf(model: Model, { where, orderBy, take, skip }: Query, row: string): string {
  if (skip || (take !== undefined && take < 0)) throw new NotHot('a page that is not the first');
  return [
    ...openOnly(model, where, row).map((condition) => ` AND ${condition}`),
    orderBy === undefined ? '' : ` ORDER BY ${orderOf(model, orderBy, row)}`,
    take === undefined ? '' : ` LIMIT ${take}`,
  ].join('');
}

/** Several values in one. */
export const inOne = (values: readonly string[]): string => `json_build_array(${values.join(', ')})`;

/** All values of a column in one. */
export const listed = (value: string): string => `json_agg(${value})`;

function onlyWith(query: Query, parts: readonly string[]): void {
  for (const [part, value] of Object.entries(query))
    if (value !== undefined && ![...parts, 'select', 'include'].includes(part)) throw new NotHot(part);
}

/**
 * Conditions on rows of a relation. Of those only `IS NULL` is known: a condition with a value in it might be another for
 * the next viewer, or the next moment, and the statement is kept.
 */
function openOnly(model: Model, where: Query['where'], row: string): string[] {
  return Object.entries(where ?? {}).map(([name, value]) => {
    const column = model.columns.get(name);
    if (!column || value !== null) throw new NotHot(`where ${name}`);
    return `${column.of(row)} IS NULL`;
  });
}

/** @throws NotHot unless it is by one or more columns of the model */
export function orderOf(model: Model, orderBy: unknown, row: string): string {
  const orders = [orderBy].flat().flatMap((each) => Object.entries(each as Record<string, unknown>));
  return orders
    .map(([name, direction]) => {
      const column = model.columns.get(name);
      if (!column || (direction !== 'asc' && direction !== 'desc')) throw new NotHot(`order by ${name}`);
      return `${column.of(row)} ${direction === 'desc' ? 'DESC' : 'ASC'}`;
    })
    .join(', ');
}
