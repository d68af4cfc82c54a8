import { CHART_COLOURS, chartOf } from './chart.ts';
import { Drawing, PAGE, type TextStyle } from './pdf-drawing.ts';
import { RecordTable } from './pdf-records.ts';
import type { StatementHead, StatementRecords, StatementTotals } from './statement.ts';
import { Wording } from './wording.ts';

const MARK = '#0b5cad';
const LINE = '#dfe4ea';
const INK: TextStyle = { font: 'regular', size: 9.5, colour: '#1b2430' };
const SOFT: TextStyle = { ...INK, colour: '#5b6776' };
const HEADING: TextStyle = { font: 'bold', size: 12, colour: '#1b2430' };
const LEFT = PAGE.margin;
const RIGHT = PAGE.width - PAGE.margin;
const VALUES = 190;
const MOST_LINES = 4;

/** A statement as PDF: head, totals and chart, then the records, page by page; each page leaves as it is full. */
export async function* pdfStatement(
  head: StatementHead,
  totals: StatementTotals,
  records: StatementRecords,
): AsyncIterable<Uint8Array> {
  const wording = new Wording(head);
  const title = `${wording.words.title}, ${head.phoneNumber}`;
  const drawing = new Drawing({ title, language: head.language, madeAt: head.madeAt });
  const table = new RecordTable(drawing, wording, title);
  table.startPage();
  table.begin(new Summary(drawing, wording).draw(head, totals));
  for await (const batch of records) {
    for (const record of batch) table.add(record);
    const ready = drawing.ready();
    if (ready) yield ready;
  }
  table.finish();
  await drawing.end();
  const rest = drawing.ready();
  if (rest) yield rest;
}

/** What stands above the records on the first page. */
class Summary {
  readonly #drawing: Drawing;
  readonly #wording: Wording;
  #y: number = PAGE.margin;

  constructor(drawing: Drawing, wording: Wording) {
    this.#drawing = drawing;
    this.#wording = wording;
  }

  /** Draws it, and returns where it ends. */
  draw(head: StatementHead, totals: StatementTotals): number {
    this.#drawing.box(LEFT, this.#y, RIGHT - LEFT, 3, MARK);
    this.#y += 30;
    this.#drawing.text(this.#wording.words.title, LEFT, this.#y, { ...HEADING, size: 20 });
    this.#y += 26;
    for (const [name, value] of this.#wording.head()) this.#detail(name, value);
    this.#totals(totals);
    this.#chart(head, totals);
    return this.#y;
  }

  #detail(name: string, value: string): void {
    this.#drawing.text(name, LEFT, this.#y, SOFT);
    for (const line of this.#drawing.lines(value, RIGHT - VALUES, MOST_LINES, INK)) {
      this.#drawing.text(line, VALUES, this.#y, INK);
      this.#y += 14;
    }
  }

  #heading(text: string): void {
    this.#y += 18;
    this.#drawing.text(text, LEFT, this.#y, HEADING);
    this.#y += 16;
  }

  #totals({ lines, total }: StatementTotals): void {
    const { words, currency } = this.#wording;
    const { count, amount, cost } = words.columns;
    this.#heading(words.totals);
    this.#row(['', count, amount, `${cost}, ${currency}`], { ...SOFT, size: 8.5 });
    for (const line of lines) {
      this.#row(
        [
          words.spending[line.kind],
          this.#wording.count(line.count),
          this.#wording.sum(line.kind, line.amount),
          this.#wording.cost(line.total),
        ],
        INK,
      );
    }
    this.#row([words.total, '', '', this.#wording.money(total)], { ...INK, font: 'bold' });
  }

  #row(cells: [string, string, string, string], style: TextStyle): void {
    const [name, ...numbers] = cells;
    this.#drawing.text(name, LEFT, this.#y, style);
    for (const [index, cell] of numbers.entries())
      this.#drawing.text(cell, RIGHT - (2 - index) * 115, this.#y, { ...style, align: 'right' });
    if (style.font !== 'bold') this.#drawing.box(LEFT, this.#y + 4.5, RIGHT - LEFT, 0.5, LINE);
    this.#y += 15.5;
  }

  #chart(head: StatementHead, totals: StatementTotals): void {
    const { words, currency } = this.#wording;
    const [left, height] = [LEFT + 46, 96];
    const chart = chartOf(totals, head, { width: RIGHT - left, height });
    this.#heading(chart ? `${words.chart}, ${currency}` : words.chart);
    const small: TextStyle = { ...SOFT, size: 7.5 };
    if (!chart) {
      this.#drawing.text(words.noSpending, LEFT, this.#y, INK);
      return;
    }
    const top = this.#y - 4;
    for (const { y, amount } of chart.levels) {
      this.#drawing.box(left, top + y, RIGHT - left, 0.5, LINE);
      this.#drawing.text(this.#wording.level(amount), left - 6, top + y + 2.5, { ...small, align: 'right' });
    }
    for (const { x, y, width, height: tall, kind } of chart.bars)
      this.#drawing.box(left + x, top + y, width, tall, CHART_COLOURS[kind]);
    for (const { x, day, named } of chart.days)
      if (named)
        this.#drawing.text(this.#wording.shortDay(day), left + x, top + height + 11, {
          ...small,
          align: 'centre',
        });
    this.#y = top + height + 26;
    this.#legend(chart.kinds.map((kind) => [words.spending[kind], CHART_COLOURS[kind]]));
  }

  #legend(entries: [string, string][]): void {
    const place = (RIGHT - LEFT) / Math.max(entries.length, 4);
    for (const [index, [name, colour]] of entries.entries()) {
      const x = LEFT + index * place;
      this.#drawing.box(x, this.#y - 6.5, 7, 7, colour);
      const style = { ...SOFT, size: 8 };
      this.#drawing.text(this.#drawing.fitted(name, place - 14, style), x + 11, this.#y, style);
    }
  }
}
