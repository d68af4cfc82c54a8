import type { Parameter, Statement } from '../ports/rows.ts';
import type { Model, Models } from './models.ts';
import type { HotRow } from './hot-row.ts';
import {
  type Columns,
  inOne,
  listed,
  NotHot,
  orderOf,
  type Query,
  ROW,
  type Selection,
} from './selection.ts';

/** Takes a value along, and says what stands for it in the text. */
type Placing = (value: Parameter) => string;
/** Of a query, what says which rows; the rest says what of them. */
export type Which = Pick<Query, 'where' | 'orderBy' | 'take' | 'skip' | 'cursor'>;

/** A statement, and what its answer is read as. */
interface Reading extends Statement {
  rowsOf: (answer: unknown[][]) => HotRow[];
}

/**
 * The rows of a selection in one statement, one row as one value, and a page of them as one, too. What it is asked with
 * are parameters: they differ from viewer to viewer. @throws NotHot
 */
export function statementFor(models: Models, model: Model, selection: Selection, asked: Which): Reading {
  const values: Parameter[] = [];
  const which = whichOf(models, model, asked, (value) => `$${values.push(value)}`);
  const form = asked.take === undefined ? EACH : PAGE;
  const { statements } = selection;
  let text = statements.get(which);
  if (text === undefined)
    statements.set(which, (text = form.sql(selection.values, `FROM ${model.table} ${ROW} ${which}`)));
  return {
    text,
    values,
    rowsOf: (answer) =>
      form.rows(
        selection,
        answer.map(([value]) => value),
      ),
  };
}

/** What says which rows. */
function whichOf(
  models: Models,
  model: Model,
  { where = {}, orderBy, take, skip = 0, cursor }: Which,
  parameter: Placing,
): string {
  if (take !== undefined && take < 0) throw new NotHot('a page from the end');
  if (skip !== (cursor ? 1 : 0)) throw new NotHot('a page by number');
  const conditions = conditionsOf(models, model, where, ROW, parameter);
  if (cursor) conditions.push(after(model, cursor, orderBy, parameter));
  return [
    conditions.length ? `WHERE ${conditions.join(' AND ')}` : '',
    orderBy === undefined ? '' : `ORDER BY ${orderOf(model, orderBy, ROW)}`,
    // Written out: with a parameter in its place the server would plan for a tenth of all rows
    take === undefined ? '' : `LIMIT ${Math.trunc(take)}`,
  ].join(' ');
}

/** How rows are put into an answer, and read from it. */
interface Form {
  sql: (selected: readonly string[], from: string) => string;
  rows: (selection: Selection, values: unknown[]) => HotRow[];
}

/** Each row as a value of its own. */
const EACH: Form = {
  sql: (selected, from) => `SELECT ${inOne(selected)} ${from}`,
  rows: ({ row }, values) => values.map((value) => row(value as unknown[])),
};

/** All rows as one value, column by column. */
const PAGE: Form = {
  sql: (selected, from) => {
    const names = selected.map((_, i) => `c${i}`);
    const named = selected.map((value, i) => `${value} AS ${names[i]}`);
    return `SELECT ${inOne(names.map(listed))} FROM (SELECT ${named.join(', ')} ${from}) page`;
  },
  rows: ({ rows }, [columns]) => rows(columns as Columns),
};

/** Equality, comparison, IS NULL, and that there is such a row beside it. */
function conditionsOf(
  models: Models,
  model: Model,
  where: Record<string, unknown>,
  row: string,
  parameter: Placing,
): string[] {
  return Object.entries(where).map(([name, value]) => {
    if (value === undefined) throw new NotHot(`where ${name}`);
    const relation = model.relations.get(name);
    if (relation?.isList) {
      const { some, ...others } = value as { some?: Record<string, unknown> };
      if (!some || Object.keys(others).length) throw new NotHot(`where ${name}`);
      const beside = `${row}x`;
      const its = conditionsOf(models, models.get(relation.model)!, some, beside, parameter);
      const join = `${beside}.${relation.theirs} = ${row}.${relation.own}`;
      return `EXISTS (SELECT FROM ${models.get(relation.model)!.table} ${beside} WHERE ${[join, ...its].join(' AND ')})`;
    }
    const column = model.columns.get(name);
    if (!column) throw new NotHot(`where ${name}`);
    if (value === null) return `${column.of(row)} IS NULL`;
    if (typeof value === 'string') return `${column.of(row)} = ${parameter(value)}`;
    const { gt, ...others } = value as { gt?: unknown };
    if (!(gt instanceof Date) || Object.keys(others).length) throw new NotHot(`where ${name}`);
    return `${column.of(row)} > ${parameter(gt)}`;
  });
}

/** Only what comes after the row of the cursor, in the one order that is known here. Where that is gone, nothing. */
function after(model: Model, cursor: Record<string, unknown>, orderBy: unknown, parameter: Placing): string {
  const [[name, value] = [], ...others] = Object.entries(cursor);
  const column = name === undefined ? undefined : model.columns.get(name);
  if (
    !column ||
    typeof value !== 'string' ||
    others.length ||
    JSON.stringify(orderBy) !== JSON.stringify({ [name!]: 'asc' })
  )
    throw new NotHot('cursor');
  const there = `SELECT ${column.of('c')} FROM ${model.table} c WHERE ${column.of('c')} = ${parameter(value)}`;
  return `${column.of(ROW)} > (${there})`;
}
