import { CHART_COLOURS, chartOf } from './chart.ts';
import { STYLE } from './html-style.ts';
import {
  PIECE,
  type StatementHead,
  type StatementRecord,
  type StatementRecords,
  type StatementTotals,
} from './statement.ts';
import { escaped } from './text.ts';
import { Wording } from './wording.ts';

/** Nothing is run and nothing is asked for elsewhere, whatever the data says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A statement as one page that stands alone: read on a phone, printed on A4. */
export async function* htmlStatement(
  head: StatementHead,
  totals: StatementTotals,
  records: StatementRecords,
): AsyncIterable<Uint8Array> {
  const page = new Page(head);
  yield Buffer.from(page.top(totals));
  let text = '';
  for await (const batch of records) {
    for (const record of batch) text += page.record(record);
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text + page.bottom());
}

class Page {
  readonly #head: StatementHead;
  readonly #wording: Wording;
  /** The day whose records are being written. */
  #day: string | undefined;

  constructor(head: StatementHead) {
    this.#head = head;
    this.#wording = new Wording(head);
  }

  top(totals: StatementTotals): string {
    const { words } = this.#wording;
    const { language, phoneNumber } = this.#head;
    const details = this.#wording.head().map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`);
    return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no">
<title>${words.title}, ${escaped(phoneNumber)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${words.title}</h1>
<dl>${details.join('')}</dl>
</header>
<section class="summary">
${this.#totals(totals)}
${this.#chart(totals)}
</section>
<section>
<h2>${words.records}</h2>
`;
  }

  record(record: StatementRecord): string {
    const { words } = this.#wording;
    const day = this.#wording.localDay(record.at);
    const opening = day === this.#day ? '' : this.#openDay(day);
    const amount = this.#wording.amount(record.kind, BigInt(record.amount));
    return `${opening}<tr><td>${this.#wording.time(record.at)}</td><td>${words.kinds[record.kind]}</td><td>${escaped(record.peer)}</td><td>${amount}</td><td>${this.#wording.cost(BigInt(record.cost))}</td></tr>
`;
  }

  bottom(): string {
    const rest = this.#day === undefined ? `<p>${this.#wording.words.noRecords}</p>` : '</tbody>\n</table>';
    return `${rest}
</section>
</main>
</body>
</html>
`;
  }

  #openDay(day: string): string {
    const { words, currency } = this.#wording;
    const { time, kind, peer, amount, cost } = words.columns;
    const before =
      this.#day === undefined
        ? `<table class="records">
<thead><tr>${[time, kind, peer, amount, `${cost}, ${currency}`].map(columnHead).join('')}</tr></thead>
`
        : '</tbody>\n';
    this.#day = day;
    return `${before}<tbody>
<tr><th colspan="5" scope="rowgroup">${this.#wording.weekday(day)}</th></tr>
`;
  }

  #totals({ lines, total }: StatementTotals): string {
    const { words, currency } = this.#wording;
    const { kind, count, amount, cost } = words.columns;
    const rows = lines.map(
      (line) =>
        `<tr><th scope="row">${words.spending[line.kind]}</th><td>${this.#wording.count(line.count)}</td><td>${this.#wording.sum(line.kind, line.amount)}</td><td>${this.#wording.cost(line.total)}</td></tr>`,
    );
    return `<table class="totals">
<caption>${words.totals}</caption>
<thead><tr>${[kind, count, amount, `${cost}, ${currency}`].map(columnHead).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
<tfoot><tr><th scope="row" colspan="3">${words.total}</th><td>${this.#wording.money(total)}</td></tr></tfoot>
</table>`;
  }

  #chart(totals: StatementTotals): string {
    const { words } = this.#wording;
    const [left, top, width, height] = [76, 10, 564, 150];
    const chart = chartOf(totals, this.#head, { width, height });
    if (!chart) return `<p>${words.noSpending}</p>`;
    const levels = chart.levels.map(
      ({ y, amount }) =>
        `<path d="M0 ${round(y)}H${width}"/><text x="-8" y="${round(y + 4)}" text-anchor="end">${this.#wording.level(amount)}</text>`,
    );
    const bars = chart.bars.map(
      (bar) =>
        `<rect x="${round(bar.x)}" y="${round(bar.y)}" width="${round(bar.width)}" height="${round(bar.height)}" fill="${CHART_COLOURS[bar.kind]}"><title>${this.#wording.day(bar.day)}: ${words.spending[bar.kind]}, ${this.#wording.money(bar.total)}</title></rect>`,
    );
    const days = chart.days.map(({ x, day, named }) =>
      named
        ? `<text x="${round(x)}" y="${height + 18}" text-anchor="middle">${this.#wording.shortDay(day)}</text>`
        : '',
    );
    const legend = chart.kinds.map(
      (kind) => `<li><i style="background:${CHART_COLOURS[kind]}"></i>${words.spending[kind]}</li>`,
    );
    return `<figure>
<figcaption>${words.chart}, ${this.#wording.currency}</figcaption>
<svg viewBox="0 0 ${left + width} ${top + height + 28}" role="img" aria-label="${words.chart}">
<g transform="translate(${left} ${top})">${levels.join('')}${bars.join('')}${days.join('')}</g>
</svg>
<ul>${legend.join('')}</ul>
</figure>`;
  }
}

const columnHead = (name: string): string => `<th scope="col">${name}</th>`;
const round = (position: number): number => Math.round(position * 100) / 100;
