import { type Drawing, PAGE, type TextStyle } from './pdf-drawing.ts';
import type { StatementRecord } from './statement.ts';
import type { Wording } from './wording.ts';

const LEFT = PAGE.margin;
const RIGHT = PAGE.width - PAGE.margin;
const BOTTOM = PAGE.height - PAGE.margin - 16;
const ROW = 12.5;
const CELL: TextStyle = { font: 'regular', size: 8.5, colour: '#1b2430' };
const RIGHT_CELL: TextStyle = { ...CELL, align: 'right' };
const SOFT: TextStyle = { ...CELL, size: 8, colour: '#5b6776' };
const DAY: TextStyle = { ...CELL, font: 'bold', size: 9 };
const HEADING: TextStyle = { font: 'bold', size: 12, colour: '#1b2430' };
const LINE = '#dfe4ea';
const COLUMN = { time: LEFT, kind: LEFT + 58, peer: LEFT + 126, amount: RIGHT - 90, cost: RIGHT };
const PEER_ROOM = COLUMN.amount - COLUMN.peer - 70;

/** The records, day by day, on as many pages as they need. */
export class RecordTable {
  readonly #drawing: Drawing;
  readonly #wording: Wording;
  readonly #title: string;
  #y = 0;
  #page = 0;
  #day: string | undefined;

  constructor(drawing: Drawing, wording: Wording, title: string) {
    this.#drawing = drawing;
    this.#wording = wording;
    this.#title = title;
  }

  startPage(): void {
    if (this.#page) this.#endPage();
    this.#drawing.addPage();
    this.#page++;
    this.#y = PAGE.margin + 10;
  }

  /** Takes over at that height of the first page. */
  begin(y: number): void {
    this.#y = y + 34;
    if (this.#y + 4 * ROW > BOTTOM) this.startPage();
    this.#drawing.text(this.#wording.words.records, LEFT, this.#y, HEADING);
    this.#y += 18;
  }

  add(record: StatementRecord): void {
    const day = this.#wording.localDay(record.at);
    if (this.#day === undefined) this.#columns();
    if (day !== this.#day) this.#openDay(day);
    else if (this.#y > BOTTOM) this.#continueOnNextPage();
    const peer = this.#drawing.fitted(record.peer, PEER_ROOM, CELL);
    this.#drawing.text(this.#wording.time(record.at), COLUMN.time, this.#y, CELL);
    this.#drawing.text(this.#wording.words.kinds[record.kind], COLUMN.kind, this.#y, CELL);
    this.#drawing.text(peer, COLUMN.peer, this.#y, CELL);
    this.#drawing.text(
      this.#wording.amount(record.kind, BigInt(record.amount)),
      COLUMN.amount,
      this.#y,
      RIGHT_CELL,
    );
    this.#drawing.text(this.#wording.cost(BigInt(record.cost)), COLUMN.cost, this.#y, RIGHT_CELL);
    this.#drawing.box(LEFT, this.#y + 3.5, RIGHT - LEFT, 0.4, LINE);
    this.#y += ROW;
  }

  finish(): void {
    if (this.#day === undefined)
      this.#drawing.text(this.#wording.words.noRecords, LEFT, this.#y, { ...CELL, size: 9.5 });
    this.#endPage();
  }

  #endPage(): void {
    const foot = PAGE.height - PAGE.margin + 4;
    this.#drawing.text(this.#title, LEFT, foot, SOFT);
    const number = this.#wording.words.page(this.#wording.count(this.#page));
    this.#drawing.text(number, RIGHT, foot, { ...SOFT, align: 'right' });
  }

  #columns(): void {
    const { words, currency } = this.#wording;
    const { time, kind, peer, amount, cost } = words.columns;
    this.#drawing.text(time, COLUMN.time, this.#y, SOFT);
    this.#drawing.text(kind, COLUMN.kind, this.#y, SOFT);
    this.#drawing.text(peer, COLUMN.peer, this.#y, SOFT);
    this.#drawing.text(amount, COLUMN.amount, this.#y, { ...SOFT, align: 'right' });
    this.#drawing.text(`${cost}, ${currency}`, COLUMN.cost, this.#y, { ...SOFT, align: 'right' });
    this.#drawing.box(LEFT, this.#y + 4, RIGHT - LEFT, 0.8, SOFT.colour);
    this.#y += ROW + 2;
  }

  /** A day's name never stands alone at the foot of a page. */
  #openDay(day: string): void {
    this.#day = day;
    this.#y += 6;
    if (this.#y + ROW + 4 > BOTTOM) {
      this.startPage();
      this.#columns();
      this.#y += 2;
    }
    this.#nameDay(this.#wording.weekday(day));
  }

  #continueOnNextPage(): void {
    this.startPage();
    this.#columns();
    this.#y += 2;
    this.#nameDay(`${this.#wording.weekday(this.#day!)} (${this.#wording.words.continued})`);
  }

  #nameDay(name: string): void {
    this.#drawing.text(name, LEFT, this.#y, DAY);
    this.#y += ROW + 2;
  }
}
