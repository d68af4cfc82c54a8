import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Logger } from 'pino';
import type { Prisma, Subscriber } from '../generated/prisma/client.ts';
import type { HotRow } from '../hot-rows/hot-row.ts';
import { modelsOf } from '../hot-rows/models.ts';
import { type Models, NotHot, type Query, type Selection, selectionOf } from '../hot-rows/selection.ts';
import { statementFor, type Which } from '../hot-rows/statement.ts';
import type { Db } from '../ports/database.ts';
import type { Rows } from '../ports/rows.ts';
import { heatOf } from './hot-documents.ts';
import { isUnavailable } from './unavailable.ts';

/** For one field of one document; more would be somebody who plays with its variables. */
const KEPT_SELECTIONS = 50;

type Variables = Record<string, unknown> | undefined;
/** What an operation knows of itself. */
interface Asking {
  variables: Variables;
}

/**
 * Reads lines with all that a document selects of them in one statement of plain rows: the query is the one that
 * plugin-prisma has planned, written as SQL once for each document. What cannot be said so goes to Prisma as it is,
 * and the answer is the same (ADR 0016).
 */
export class HotReads {
  readonly #app: { db: Db; rows: Rows; log: Logger };
  readonly #models: Models;
  readonly #selections = new WeakMap<FieldNode, Map<string, Selection | null>>();

  constructor(app: { db: Db; rows: Rows; log: Logger }) {
    this.#app = app;
    this.#models = modelsOf(app.db);
  }

  /** The line that a planned query finds. */
  async line(
    asking: Asking,
    info: GraphQLResolveInfo,
    { where, ...query }: Prisma.SubscriberFindUniqueArgs,
  ): Promise<Subscriber | null> {
    const lines = await this.#read(this.#plan(asking, info, query), { where });
    if (lines) return (lines[0] as Subscriber | undefined) ?? null;
    return this.#app.db.subscriber.findUnique({ ...query, where });
  }

  /** The lines that a planned query finds, in order. */
  async lines(
    asking: Asking,
    info: GraphQLResolveInfo,
    { where, orderBy, take, skip, cursor, ...query }: Prisma.SubscriberFindManyArgs,
  ): Promise<Subscriber[]> {
    const which = { where, orderBy, take, skip, cursor } as Which;
    const lines = await this.#read(this.#plan(asking, info, query), which);
    if (lines) return lines as unknown as Subscriber[];
    return this.#app.db.subscriber.findMany({ where, orderBy, take, skip, cursor, ...query });
  }

  /** What is read for a field of a document that has been planned and is hot, with these variables. */
  selection(node: FieldNode, variables: Variables): Selection | undefined {
    return this.#known(node, variables) ?? undefined;
  }

  /** One line that a known field asks for; null: there is none such; undefined: it has to be asked for in another way. */
  async find(
    node: FieldNode,
    variables: Variables,
    where: Prisma.SubscriberWhereInput,
  ): Promise<HotRow | null | undefined> {
    const lines = await this.#read(this.#known(node, variables) ?? null, { where });
    return lines && (lines[0] ?? null);
  }

  #known(node: FieldNode, variables: Variables): Selection | null | undefined {
    return this.#selections.get(node)?.get(JSON.stringify(variables ?? {}));
  }

  #plan({ variables }: Asking, info: GraphQLResolveInfo, query: object): Selection | null {
    const node = info.fieldNodes[0]!;
    const known = this.#known(node, variables);
    if (known !== undefined) return known;
    const selection = info.fieldNodes.length === 1 && heatOf(info).hot ? this.#selection(query) : null;
    const kept = this.#selections.get(node) ?? new Map<string, Selection | null>();
    if (kept.size >= KEPT_SELECTIONS) kept.clear();
    this.#selections.set(node, kept.set(JSON.stringify(variables ?? {}), selection));
    return selection;
  }

  #selection(query: Query): Selection | null {
    try {
      return selectionOf(this.#models, this.#models.get('Subscriber')!, query, 't');
    } catch (error) {
      if (error instanceof NotHot) return null;
      throw error;
    }
  }

  /** The rows; undefined: Prisma has to be asked, since this cannot say it, or to hear what is wrong with it. */
  async #read(selection: Selection | null, which: Which): Promise<HotRow[] | undefined> {
    if (!selection) return undefined;
    try {
      const statement = statementFor(this.#models, this.#models.get('Subscriber')!, selection, which);
      const rows = await this.#app.rows.read(statement);
      return rows.map(([values]) => selection.read(values as unknown[]));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      if (!(error instanceof NotHot) && !isGiven(error))
        this.#app.log.warn({ err: error }, 'a hot read failed; Prisma is asked');
      return undefined;
    }
  }
}

/** Whether it is about a value of the caller's, such as a cursor of their own making (SQLSTATE, class 22). */
const isGiven = (error: unknown): boolean =>
  error instanceof Error && String((error as { code?: unknown }).code).startsWith('22');
