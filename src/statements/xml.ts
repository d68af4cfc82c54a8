import { toDecimal } from '../money.ts';
import { LocalTime } from './local-time.ts';
import {
  PIECE,
  type StatementHead,
  type StatementRecord,
  type StatementRecords,
  type StatementTotals,
} from './statement.ts';
import { escaped } from './text.ts';

/** Described by schema/statement-1.xsd. */
const NAMESPACE = 'urn:internet-assistant:statement:1';

/** A statement as XML for other programs: moments in ISO 8601 with their offset, whole seconds and bytes. */
export async function* xmlStatement(
  head: StatementHead,
  totals: StatementTotals,
  records: StatementRecords,
): AsyncIterable<Uint8Array> {
  const xml = new Xml(head);
  yield Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<statement xmlns="${NAMESPACE}" language="${head.language}">
${xml.head()}${xml.totals(totals)}  <records>
`);
  let text = '';
  for await (const batch of records) {
    for (const record of batch) text += xml.record(record);
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(`${text}  </records>\n</statement>\n`);
}

class Xml {
  readonly #head: StatementHead;
  readonly #local: LocalTime;

  constructor(head: StatementHead) {
    this.#head = head;
    this.#local = new LocalTime(head.timeZone);
  }

  head(): string {
    const { owner, phoneNumber, tariff, from, to, timeZone, currency, madeAt, dataCompleteThrough } =
      this.#head;
    const complete = this.#local.iso(dataCompleteThrough);
    return `  <line>
    <owner>${escaped(owner)}</owner>
    <phoneNumber>${escaped(phoneNumber)}</phoneNumber>
    <tariff>${escaped(tariff)}</tariff>
  </line>
  <period from="${from}" to="${to}" timeZone="${escaped(timeZone)}" dataCompleteThrough="${complete}"/>
  <orderedAt>${this.#local.iso(madeAt)}</orderedAt>
  <currency>${escaped(currency)}</currency>
`;
  }

  totals({ lines, total, days }: StatementTotals): string {
    const line = lines.map(({ kind, count, amount, total: of }) => {
      const counted = amount === undefined ? '' : ` amount="${amount}"`;
      return `    <spending kind="${kind}" count="${count}"${counted} total="${this.#money(of)}"/>\n`;
    });
    const day = days.map(
      ({ day: date, kind, total: of }) =>
        `    <spending day="${date}" kind="${kind}" total="${this.#money(of)}"/>\n`,
    );
    return `  <totals total="${this.#money(total)}">\n${line.join('')}  </totals>\n  <days>\n${day.join('')}  </days>\n`;
  }

  record({ at, kind, peer, amount, cost }: StatementRecord): string {
    return `    <record at="${this.#local.iso(at)}" kind="${kind}" peer="${escaped(peer)}" amount="${amount}" cost="${this.#money(BigInt(cost))}"/>\n`;
  }

  #money(amount: bigint): string {
    return toDecimal(amount, this.#head.currency);
  }
}
