/** A statement of our own over rows in one value each; Prisma's name every table with its schema. */
export const isHot = (sql: string): boolean => sql.startsWith('SELECT json_build_array(');

/**
 * The same query in a form that is never hot: it has a directive, which changes nothing else. Written for documents
 * of one operation with one root field.
 */
export const asCold = (document: string, root: string): string => {
  const at = document.indexOf('{', document.search(new RegExp(`\\b${root}\\b`)));
  return `${document.slice(0, at)}@include(if: true) ${document.slice(at)}`;
};
