import { codedError } from './errors.ts';

export interface PageArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

interface Page<Item> {
  edges: readonly Edge<Item>[];
  pageInfo: PageInfo;
  totalCount: number;
}

/** An entry in a page; its cursor is made when it is asked for. */
class Edge<Item> {
  readonly node: Item;
  readonly #cursorOf: (item: Item) => string;

  constructor(node: Item, cursorOf: (item: Item) => string) {
    this.node = node;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.node);
  }
}

/** Where a page stands. */
class PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly #edges: readonly { cursor: string }[];

  constructor(edges: readonly { cursor: string }[], hasNextPage: boolean, hasPreviousPage: boolean) {
    this.#edges = edges;
    this.hasNextPage = hasNextPage;
    this.hasPreviousPage = hasPreviousPage;
  }

  get startCursor(): string | null {
    return this.#edges[0]?.cursor ?? null;
  }

  get endCursor(): string | null {
    return this.#edges.at(-1)?.cursor ?? null;
  }
}

const DEFAULT_SIZE = 20;
export const TOTAL_COUNT = 'How many there are in all, on whatever page.';

/** plugin-prisma's own count, which comes without a description; it counts only where that is asked for. */
export const prismaTotalCount = {
  description: TOTAL_COUNT,
  extensions: { pothosPrismaTotalCount: true },
  resolve: (connection: object): number | Promise<number> => {
    const { totalCount } = connection as { totalCount: number | (() => Promise<number>) };
    return typeof totalCount === 'function' ? totalCount() : totalCount;
  },
};

const cursorFor = (code: string): string => Buffer.from(`k:${code}`).toString('base64url');

/**
 * One page of a part of the catalogue (Relay's cursor connections, "Pagination algorithm"). An entry's cursor is its code,
 * and its place is the one that it has in the catalogue, so that a page goes on where the last one ended after that entry
 * has left the part.
 * @param whole what the items were chosen from, in the same order
 */
export function pageOf<Item>(
  items: readonly Item[],
  codeOf: (item: Item) => string,
  args: PageArgs,
  whole: readonly { code: string }[],
): Page<Item> {
  const cursorOf = (item: Item): string => cursorFor(codeOf(item));
  const place = (cursor: string, beyond: 0 | 1): number => {
    const index = whole.findIndex(({ code }) => cursorFor(code) === cursor);
    if (index < 0) throw codedError('BAD_USER_INPUT', 'This cursor does not belong to this list.');
    const passed = new Set(whole.slice(0, index + beyond).map(({ code }) => code));
    const next = items.findIndex((item) => !passed.has(codeOf(item)));
    return next < 0 ? items.length : next;
  };
  const start = args.after != null ? place(args.after, 1) : 0;
  const end = args.before != null ? place(args.before, 0) : items.length;
  const size = args.first ?? (args.last == null ? DEFAULT_SIZE : items.length);
  const firstEnd = Math.min(end, start + size);
  const lastStart = args.last != null ? Math.max(start, firstEnd - args.last) : start;
  const edges = items.slice(lastStart, firstEnd).map((node) => new Edge(node, cursorOf));
  return {
    edges,
    pageInfo: new PageInfo(edges, firstEnd < items.length, lastStart > 0),
    totalCount: items.length,
  };
}
