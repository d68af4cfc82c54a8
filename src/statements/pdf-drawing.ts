import { setImmediate as othersTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import PdfDocument from 'pdfkit';
import { printable } from './text.ts';

/** A4 in points. */
export const PAGE = { width: 595.28, height: 841.89, margin: 42 } as const;

/** PT Sans: drawn for the languages of Russia, with figures of one width (SIL Open Font License). */
const FONTS = {
  regular: fileURLToPath(import.meta.resolve('@expo-google-fonts/pt-sans/400Regular/PTSans_400Regular.ttf')),
  bold: fileURLToPath(import.meta.resolve('@expo-google-fonts/pt-sans/700Bold/PTSans_700Bold.ttf')),
} as const;
type FontName = keyof typeof FONTS;

/** What stands for a character that the font does not have. */
const UNKNOWN = '?';
const ELLIPSIS = '…';

/** What we use of pdfkit's embedded font: its glyphs, which join the embedded part of the font as they are used. */
interface EmbeddedFont {
  id: string;
  font: { hasGlyphForCodePoint(codePoint: number): boolean };
  encode(text: string): [hex: string[], positions: { advanceWidth: number }[]];
  ref(): object;
  finalize(): void;
}

/** What we use of its pages. */
interface WrittenPage {
  fonts: Record<string, object>;
  dictionary: { data: object };
}

interface Glyph {
  hex: string;
  /** In thousandths of the font's size. */
  width: number;
}

export interface TextStyle {
  font: FontName;
  size: number;
  colour: string;
  align?: 'left' | 'right' | 'centre';
}

/**
 * Draws on the pages of a PDF, y counting from the top. pdfkit keeps the document, its fonts and its pages; single
 * lines are set here, because its own setting keeps every text that it ever laid out, and takes ten times as long.
 */
export class Drawing {
  readonly #document: PDFKit.PDFDocument;
  readonly #fonts: Record<FontName, Letters>;
  #page: WrittenPage | undefined;
  /** What is drawn on the page so far, and what it was drawn with last. */
  #content = '';
  #font = '';
  #colour = '';

  constructor(info: { title: string; language: string; madeAt: Date }) {
    this.#document = new PdfDocument({
      size: [PAGE.width, PAGE.height],
      margin: PAGE.margin,
      autoFirstPage: false,
      pdfVersion: '1.7',
      lang: info.language,
      displayTitle: true,
      info: {
        Title: info.title,
        Producer: 'Internet Assistant',
        Creator: 'Internet Assistant',
        CreationDate: info.madeAt,
      },
    });
    this.#fonts = { regular: new Letters(this.#embed('regular')), bold: new Letters(this.#embed('bold')) };
  }

  addPage(): void {
    const written = this.#page;
    this.#endPage();
    this.#document.addPage();
    // Only its number is still asked for; the rest of a page would stay until the end
    if (written) written.dictionary.data = {};
    this.#page = this.#document.page as unknown as WrittenPage;
    for (const { font } of Object.values(this.#fonts)) this.#page.fonts[font.id] = font.ref();
  }

  /** Sets one line on its baseline. Right: x is where it ends; centre: its middle. */
  text(text: string, x: number, y: number, { font, size, colour, align = 'left' }: TextStyle): void {
    const letters = this.#fonts[font];
    const { hex, width } = letters.set(text);
    const shift = align === 'left' ? 0 : (width * size) / (align === 'right' ? 1_000 : 2_000);
    const choice = `/${letters.font.id} ${size} Tf`;
    if (choice !== this.#font) this.#content += `${(this.#font = choice)}\n`;
    this.#paint(colour);
    this.#content += `BT 1 0 0 -1 ${round(x - shift)} ${round(y)} Tm <${hex}> Tj ET\n`;
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.#paint(colour);
    this.#content += `${round(x)} ${round(y)} ${round(width)} ${round(height)} re f\n`;
  }

  /** The text, cut where it is wider than there is room. */
  fitted(text: string, room: number, { font, size }: Pick<TextStyle, 'font' | 'size'>): string {
    return this.#fonts[font].cut(text, (room * 1_000) / size);
  }

  /** The text in lines of that width, so many at the most. */
  lines(text: string, room: number, most: number, style: Pick<TextStyle, 'font' | 'size'>): string[] {
    const lines: string[] = [];
    let rest = text.replaceAll(/\s+/g, ' ').trim();
    while (rest) {
      const cut = this.fitted(rest, room, style);
      if (cut === rest || lines.length === most - 1) return [...lines, cut];
      const line = cut.slice(0, -ELLIPSIS.length);
      const space = line.lastIndexOf(' ');
      const end = space > 0 ? space : line.length;
      lines.push(rest.slice(0, end));
      rest = rest.slice(end).trimStart();
    }
    return lines;
  }

  /** What is ready of the file since the last time; undefined: nothing. */
  ready(): Uint8Array | undefined {
    return (this.#document.read() as Uint8Array | null) ?? undefined;
  }

  /** Ends the document; each font is some work, and has a turn of its own. */
  async end(): Promise<void> {
    this.#endPage();
    for (const { font } of Object.values(this.#fonts)) {
      await othersTurn();
      font.finalize();
    }
    await othersTurn();
    this.#document.end();
  }

  /** Hands the page's drawing over in one piece. */
  #endPage(): void {
    if (this.#content) this.#document.addContent(Buffer.from(this.#content, 'latin1'));
    this.#content = '';
    this.#font = '';
    this.#colour = '';
  }

  #paint(colour: string): void {
    if (colour !== this.#colour) this.#content += `${ink((this.#colour = colour))} rg\n`;
  }

  #embed(name: FontName): EmbeddedFont {
    this.#document.font(FONTS[name]);
    return (this.#document as unknown as { _font: EmbeddedFont })._font;
  }
}

/** The letters of one font, each looked up once. */
class Letters {
  readonly font: EmbeddedFont;
  readonly #glyphs = new Map<string, Glyph>();
  readonly #unknown: Glyph;

  constructor(font: EmbeddedFont) {
    this.font = font;
    this.#unknown = this.#look(UNKNOWN);
  }

  set(text: string): Glyph {
    let hex = '';
    let width = 0;
    for (const char of lineOf(text)) {
      const glyph = this.#glyph(char);
      hex += glyph.hex;
      width += glyph.width;
    }
    return { hex, width };
  }

  cut(text: string, room: number): string {
    const line = lineOf(text);
    const last = room - this.#glyph(ELLIPSIS).width;
    let width = 0;
    let fits = '';
    for (const char of line) {
      width += this.#glyph(char).width;
      if (width > room) return fits + ELLIPSIS;
      if (width <= last) fits += char;
    }
    return line;
  }

  #glyph(char: string): Glyph {
    return this.#glyphs.get(char) ?? this.#look(char);
  }

  #look(char: string): Glyph {
    // What the font lacks is not remembered: there is no end of it
    if (!this.font.font.hasGlyphForCodePoint(char.codePointAt(0)!)) return this.#unknown;
    const [hex, positions] = this.font.encode(char);
    const glyph = {
      hex: hex.join(''),
      width: positions.reduce((sum, { advanceWidth }) => sum + advanceWidth, 0),
    };
    this.#glyphs.set(char, glyph);
    return glyph;
  }
}

/** Composed letters, since accents are not set one over another; and no line breaks. */
const lineOf = (text: string): string =>
  PLAIN.test(text) ? text : printable(text).normalize('NFC').replaceAll(/\s/g, ' ');
const PLAIN = /^[\x20-\x7E]*$/;

const inks = new Map<string, string>();

/** "#0b5cad" as shares of red, green and blue. */
function ink(colour: string): string {
  let known = inks.get(colour);
  if (known === undefined) {
    const shares = [1, 3, 5].map((at) => round(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
    inks.set(colour, (known = shares.join(' ')));
  }
  return known;
}

const round = (number: number): number => Math.round(number * 1_000) / 1_000;
