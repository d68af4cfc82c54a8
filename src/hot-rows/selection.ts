import { HotRow } from './hot-row.ts';
import type { Column, Model, Relation } from './models.ts';

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

/** How what is selected of a row is written in SQL, as one value, and made into an object again. */
export interface Selection {
  values: readonly string[];
  read: (values: unknown[]) => HotRow;
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

export type Models = ReadonlyMap<string, Model>;

/** The selection of one row, called `row` in SQL. @throws NotHot */
export function selectionOf(models: Models, model: Model, query: Query, row: string): Selection {
  const { select, include } = query;
  const names = select ? chosen(select) : [...model.columns.keys(), ...chosen(include ?? {})];
  const asked = select ?? include ?? {};
  const parts = names.map((name): Part => {
    const column = model.columns.get(name);
    if (column) return columnPart(column, row);
    const relation = model.relations.get(name);
    if (!relation) throw new NotHot(`${model.name}.${name}`);
    return relationPart(models, relation, asked[name], row);
  });
  return {
    values: parts.map(({ sql }) => sql),
    statements: new Map(),
    read: (read) => {
      const hot = new HotRow();
      for (let i = 0; i < parts.length; i++)
        (hot as unknown as Record<string, unknown>)[parts[i]!.name] = parts[i]!.value(read[i]);
      return hot;
    },
  };
}

const chosen = (selected: Record<string, unknown>): string[] =>
  Object.keys(selected).filter((name) => selected[name] !== false && selected[name] !== undefined);

const columnPart = ({ name, sql, value }: Column, row: string): Part => ({ name, sql: sql(row), value });

function relationPart(models: Models, relation: Relation, asked: unknown, row: string): Part {
  const model = models.get(relation.model)!;
  const query = asked === true ? {} : (asked as Query);
  const inner = `${row}x`;
  const { values, read } = selectionOf(models, model, query, inner);
  const join = `${inner}.${relation.theirs} = ${row}.${relation.own}`;
  const value = inOne(values);
  if (!relation.isList) {
    onlyWith(query, []);
    return {
      name: relation.name,
      sql: `(SELECT ${value} FROM ${model.table} ${inner} WHERE ${join})`,
      value: (found) => found && read(found as unknown[]),
    };
  }
  onlyWith(query, ['where', 'orderBy', 'take', 'skip']);
  const { take = null, skip = 0 } = query;
  if (skip || (take !== null && take < 0)) throw new NotHot('a page that is not the first');
  const from = `${model.table} ${inner} WHERE ${[join, ...openOnly(model, query.where, inner)].join(' AND ')}`;
  if (query.orderBy === undefined && take === null) {
    // Column by column: much less to do for the server, and to read, than an array for each row
    const columns = values.map((each) => `json_agg(${each})`);
    const sql = `(SELECT ${inOne(columns)} FROM ${from})`;
    return { name: relation.name, sql, value: (found) => turned(found as unknown[][]).map(read) };
  }
  const order = query.orderBy === undefined ? '' : ` ORDER BY ${orderOf(model, query.orderBy, inner)}`;
  const limit = take === null ? '' : ` LIMIT ${take}`;
  const sql = `(SELECT coalesce(json_agg(page.found), '[]') FROM (SELECT ${value} AS found FROM ${from}${order}${limit}) page)`;
  return { name: relation.name, sql, value: (rows) => (rows as unknown[][]).map(read) };
}

/** Several values in one. */
export const inOne = (values: readonly string[]): string => `json_build_array(${values.join(', ')})`;

/** The rows of columns; of no rows there is no column. */
const turned = ([first, ...others]: (unknown[] | null)[]): unknown[][] =>
  (first ?? []).map((value, row) => [value, ...others.map((column) => column![row])]);

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
