import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseHtml, type DefaultTreeAdapterTypes as Html } from 'parse5';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import readExcelFile from 'read-excel-file/node';
import { SaxesParser } from 'saxes';

/** Every cell of every line. */
export const readCsv = (bytes: Buffer, delimiter = ';'): string[][] =>
  parseCsv(bytes, { bom: true, delimiter });

/** Every element by name, with its attributes and its own text, in the order of their ends. */
export function readXml(
  bytes: Buffer,
): { name: string; uri: string; attributes: Record<string, string>; text: string }[] {
  const parser = new SaxesParser({ xmlns: true });
  const read: ReturnType<typeof readXml> = [];
  const open: string[] = [];
  parser.on('opentag', () => void open.push(''));
  parser.on('text', (text) => {
    if (open.length) open[open.length - 1] += text;
  });
  parser.on('closetag', ({ local, uri, attributes }) => {
    const plain = Object.entries(attributes).map(([name, { value }]) => [name, value]);
    read.push({ name: local, uri, attributes: Object.fromEntries(plain), text: open.pop()!.trim() });
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(bytes.toString('utf8')).close();
  return read;
}

/** Every sheet with its rows. */
export const readXlsx = (bytes: Buffer): Promise<{ sheet: string; data: unknown[][] }[]> =>
  readExcelFile(bytes, { trim: false });

/** Every element of a page by its tag, and the rows of its tables. */
export function readHtml(bytes: Buffer): { elements: Html.Element[]; tables: string[][][] } {
  const elements: Html.Element[] = [];
  const waiting: Html.Node[] = [parseHtml(bytes.toString('utf8'))];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if ('tagName' in node) elements.push(node);
    if ('childNodes' in node) waiting.push(...node.childNodes.toReversed());
  }
  const rowsOf = (table: Html.Element) =>
    descendants(table, 'tr').map((row) => row.childNodes.filter((cell) => 'tagName' in cell).map(textOf));
  return {
    elements,
    tables: elements.filter(({ tagName }) => tagName === 'table').map(rowsOf),
  };
}

const descendants = (of: Html.Element, tagName: string): Html.Element[] =>
  of.childNodes.flatMap((child) => {
    if (!('tagName' in child)) return [];
    return child.tagName === tagName ? [child] : descendants(child, tagName);
  });

export const textOf = (node: Html.Node): string => {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
};

/** Every line of text from top to bottom, as the texts that stand on it from left to right. */
export async function readPdf(
  bytes: Buffer,
): Promise<{ pages: string[][][]; info: Record<string, unknown> }> {
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const pages: string[][][] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const lines = new Map<number, { x: number; text: string }[]>();
    for (const item of (await page.getTextContent()).items) {
      if (!('str' in item) || !item.str.trim()) continue;
      const [x, y] = item.transform.slice(4) as [number, number];
      const line = lines.get(Math.round(y * 10)) ?? [];
      lines.set(Math.round(y * 10), [...line, { x, text: item.str }]);
    }
    const sorted = [...lines].toSorted(([above], [below]) => below - above);
    pages.push(sorted.map(([, line]) => line.toSorted((a, b) => a.x - b.x).map(({ text }) => text)));
    page.cleanup();
  }
  const { info } = await document.getMetadata();
  await document.loadingTask.destroy();
  return { pages, info: info as Record<string, unknown> };
}
