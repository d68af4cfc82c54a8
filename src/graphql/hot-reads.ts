import type { FieldNode, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { Prisma, Subscriber } from '../generated/prisma/client.ts';
import type { HotRow } from '../hot-rows/hot-row.ts';
import { type Models, modelsOf } from '../hot-rows/models.ts';
import { NotHot, type Query, type Selection, selectionOf } from '../hot-rows/selection.ts';
import { statementFor, type Which } from '../hot-rows/statement.ts';
import type { Db } from '../ports/database.ts';
import type { Rows } from '../ports/rows.ts';
import { KeptSelections, type Variables } from './kept-selections.ts';
import { isUnavailable } from '../ports/unavailable.ts';

/** The kinds of rows that are read so. */
type HotModel = 'Subscriber' | 'ServiceOrder' | 'TariffChange' | 'DetailOrder';
/** A planned query for one order of a line. */
interface FindOrder {
  where: { subscriberId_id: { subscriberId: string; id: string } };
}
/** What an operation knows of itself. */
interface Asking {
  variables: Variables;
}

/**
 * Reads lines, and the orders that events and services lead to, each with all that a document selects of it in one
 * statement of plain rows: the query is the one that plugin-prisma has planned, written as SQL once for each
 * operation, and for each set of variables that it differs by.
 * What cannot be said so goes to Prisma as it is, and the answer is the same (ADR 0016).
 */
export class HotReads {
  readonly #app: { db: Db; rows: Rows; log: Logger };
  readonly #models: Models;
  readonly #selections = new KeptSelections();

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
    const lines = await this.#rows('Subscriber', asking, info, query, { where });
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
    const lines = await this.#rows('Subscriber', asking, info, query, which);
    if (lines) return lines as unknown as Subscriber[];
    return this.#app.db.subscriber.findMany({ where, orderBy, take, skip, cursor, ...query });
  }

  /** The order that a planned query finds; `read` asks Prisma for it. */
  async order<Find extends FindOrder, Order>(
    model: HotModel,
    asking: Asking,
    info: GraphQLResolveInfo,
    find: Find,
    read: (find: Find) => Promise<Order>,
  ): Promise<Order> {
    const { where, ...query } = find;
    const which = { where: where.subscriberId_id };
    const orders = await this.#rows(model, asking, info, query, which);
    return (orders?.[0] as Order | undefined) ?? read(find);
  }

  /** What is read for a field of an operation that has been planned and is hot, with these variables. */
  known(operation: OperationDefinitionNode, node: FieldNode, variables: Variables): Selection | undefined {
    return this.#selections.find(operation, node, variables);
  }

  /** One line that a known field asks for; null: there is none such; undefined: it has to be asked for in another way. */
  async find(selection: Selection, where: Prisma.SubscriberWhereInput): Promise<HotRow | null | undefined> {
    const lines = await this.#read('Subscriber', selection, { where });
    return lines && (lines[0] ?? null);
  }

  /** The rows that a planned query finds; undefined: Prisma has to be asked. */
  async #rows(
    model: HotModel,
    { variables }: Asking,
    info: GraphQLResolveInfo,
    query: Query,
    which: Which,
  ): Promise<HotRow[] | undefined> {
    const [node, ...others] = info.fieldNodes as [FieldNode, ...FieldNode[]];
    // Selected in several places: a fragment's node may be merged with others here and stand alone elsewhere
    if (others.length) return undefined;
    const selection = this.#selections.of(info, node, variables, () => this.#written(model, query));
    return selection ? this.#read(model, selection, which) : undefined;
  }

  /** What a planned query selects, in SQL; null: that cannot be said so. */
  #written(model: HotModel, query: Query): Selection | null {
    try {
      return selectionOf(this.#models, this.#models.get(model)!, query);
    } catch (error) {
      if (error instanceof NotHot) return null;
      throw error;
    }
  }

  /** The rows; undefined: Prisma has to be asked, since this cannot say it, or to hear what is wrong with it. */
  async #read(model: HotModel, selection: Selection, which: Which): Promise<HotRow[] | undefined> {
    try {
      const statement = statementFor(this.#models, this.#models.get(model)!, selection, which);
      return statement.rowsOf(await this.#app.rows.read(statement));
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
