/** What a field selects of its row at the least and at the most, for whoever cannot ask how much it is. */
export interface Selecting {
  little: object;
  all: object;
}

/** Whether something is selected at that path below a field. */
type IsSelected = (path: readonly string[]) => unknown;

/**
 * What a field notes down for plugin-prisma to select little of its row, and all of it where one of those paths is asked for
 * below it: as the plugin's own fields do, which hear what is selected.
 */
export const selecting = (little: object, all: object, takeAll: readonly (readonly string[])[]) => ({
  extensions: {
    selecting: { little, all } satisfies Selecting,
    pothosPrismaSelect: (_args: unknown, _context: unknown, _nested: unknown, isSelected: IsSelected) => ({
      select: takeAll.some((path) => isSelected(path)) ? all : little,
    }),
  },
});
