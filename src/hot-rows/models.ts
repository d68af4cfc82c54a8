import { getDatamodel } from '../generated/pothos-prisma-types.ts';
import type { Db } from '../ports/database.ts';

/** A column as SQL reads it and JavaScript makes a value of it. */
export interface Column {
  name: string;
  /** The column itself, of a row by this name. */
  of: (row: string) => string;
  /** As it is read. */
  sql: (row: string) => string;
  value: (read: unknown) => unknown;
}

/** Rows of another table that belong to a row: many, or the one that it names. */
export interface Relation {
  name: string;
  model: string;
  isList: boolean;
  /** What joins them: a column of ours and one of theirs, quoted. */
  own: string;
  theirs: string;
}

export interface Model {
  name: string;
  table: string;
  columns: ReadonlyMap<string, Column>;
  /** Whether those are all; not where a column is a list, or of a type that is left to Prisma. */
  isWhole: boolean;
  relations: ReadonlyMap<string, Relation>;
}

export type Models = ReadonlyMap<string, Model>;

interface Field {
  name: string;
  kind: string;
  type: string;
  isList?: boolean;
  isId?: boolean;
  dbName?: string | undefined;
  relationName?: string;
  relationFromFields?: readonly string[];
}

interface Described {
  fields: readonly Field[];
  dbName?: string | null;
}

interface Type {
  sql: (column: string) => string;
  value: (read: unknown) => unknown;
}

const AS_IT_IS: Type = { sql: (column) => column, value: (read) => read };
/** How values of each type are read; a type that is not here is left to Prisma. */
const TYPES: Record<string, Type> = {
  String: AS_IT_IS,
  Boolean: AS_IT_IS,
  Int: AS_IT_IS,
  Json: AS_IT_IS,
  // JSON's numbers are not wide enough
  BigInt: {
    sql: (column) => `${column}::text`,
    value: (read) => (read === null ? null : BigInt(read as string)),
  },
  // In milliseconds: numbers are read much faster than dates; as binary fractions, hence the rounding
  DateTime: {
    sql: (column) => `round(date_part('epoch', ${column}) * 1000)`,
    value: (read) => (read === null ? null : new Date(read as number)),
  },
};

const quoted = (name: string): string => `"${name}"`;

/**
 * The models as SQL needs them. Prisma's client knows the names of tables and columns, the data model that Pothos works
 * with knows which fields make a relation: both come from the same schema.
 */
export function modelsOf(db: Db): Models {
  const named = (db as unknown as { _runtimeDataModel: { models: Record<string, Described> } })[
    // Prisma's own name for it
    '_runtimeDataModel'
  ].models;
  const related = getDatamodel().datamodel.models as unknown as Record<string, Described>;
  const described = new Map(
    Object.entries(named).map(([name, { fields, dbName }]) => {
      const known = new Map(related[name]!.fields.map((field) => [field.name, field]));
      return [
        name,
        { dbName: dbName ?? name, fields: fields.map((field) => ({ ...known.get(field.name), ...field })) },
      ];
    }),
  );
  return new Map([...described].map(([name, model]) => [name, modelOf(name, model, described)]));
}

function modelOf(name: string, { fields, dbName }: Described, all: ReadonlyMap<string, Described>): Model {
  const columns = fields.flatMap((field): [string, Column][] => {
    const type = field.kind === 'enum' ? TYPES['String'] : TYPES[field.type];
    if (field.kind === 'object' || field.isList || !type) return [];
    const of = (row: string) => `${row}.${quoted(columnOf(field))}`;
    return [[field.name, { name: field.name, of, sql: (row) => type.sql(of(row)), value: type.value }]];
  });
  const relations = fields.flatMap((field): [string, Relation][] => {
    const relation = field.kind === 'object' ? relationOf(fields, field, all.get(field.type)!) : undefined;
    return relation ? [[field.name, relation]] : [];
  });
  return {
    name,
    table: quoted(dbName!),
    columns: new Map(columns),
    isWhole: columns.length === fields.filter(({ kind }) => kind !== 'object').length,
    relations: new Map(relations),
  };
}

/** How a relation is joined; undefined where that takes more than one column. */
function relationOf(
  fields: readonly Field[],
  { name, type, isList = false, relationName, relationFromFields = [] }: Field,
  other: Described,
): Relation | undefined {
  const [holding, held, from] = isList
    ? [
        other.fields,
        fields,
        other.fields.find((field) => field.relationName === relationName)?.relationFromFields ?? [],
      ]
    : [fields, other.fields, relationFromFields];
  const reference = holding.find((field) => field.name === from[0]);
  const key = held.filter(({ isId }) => isId);
  if (from.length !== 1 || key.length !== 1 || !reference) return undefined;
  const [own, theirs] = isList ? [key[0]!, reference] : [reference, key[0]!];
  return { name, model: type, isList, own: quoted(columnOf(own)), theirs: quoted(columnOf(theirs)) };
}

const columnOf = ({ name, dbName }: Field): string => dbName ?? name;
