import type { StatementHead } from './statement.ts';
import { escaped } from './text.ts';

/** The cells' styles, by their place in styles.xml. */
export const STYLE = {
  plain: 0,
  title: 1,
  label: 2,
  header: 3,
  text: 4,
  moment: 5,
  whole: 6,
  money: 7,
  total: 8,
  totalMoney: 9,
  numberHeader: 10,
  unit: 11,
} as const;

/** Rows that Excel has on a sheet. */
export const MOST_ROWS = 1_048_576;
const MOST_CHARACTERS = 32_767;

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const DATE_FORMATS = { ru: 'dd\\.mm\\.yyyy', en: 'yyyy\\-mm\\-dd', nl: 'dd\\-mm\\-yyyy' } as const;

/** A text within a cell; Excel reads _x0041_ as a letter (ECMA-376, ST_Xstring). */
export const cellText = (text: string): string =>
  escaped(text.slice(0, MOST_CHARACTERS)).replaceAll(/_(?=x[\dA-Fa-f]{4}_)/g, '_x005F_');

/** `quotePrefix` is Excel's own apostrophe: the text is none but a text, also once somebody edits it. */
export function stylesXml({ language }: StatementHead, fractionDigits: number): string {
  const money = fractionDigits ? `#,##0.${'0'.repeat(fractionDigits)}` : '#,##0';
  const font = (extra: string, size = 11) => `<font>${extra}<sz val="${size}"/><name val="Calibri"/></font>`;
  const line =
    '<border><left/><right/><top/><bottom style="thin"><color rgb="FF8D99A6"/></bottom><diagonal/></border>';
  const style = (numFmt: number, fontId: number, rest = '', borderId = 0, within = '') =>
    `<xf numFmtId="${numFmt}" fontId="${fontId}" fillId="0" borderId="${borderId}" xfId="0" applyNumberFormat="1" applyFont="1"${rest}>${within}</xf>`;
  return `${DECLARATION}<styleSheet xmlns="${MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="${DATE_FORMATS[language]}\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="${money}"/></numFmts>
<fonts count="4">${font('')}${font('<b/>', 16)}${font('<color rgb="FF5B6776"/>')}${font('<b/>')}</fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>${line}</borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="12">${[
    style(0, 0),
    style(0, 1),
    style(0, 2),
    style(0, 3, ' applyBorder="1" applyAlignment="1"', 1, '<alignment wrapText="1" vertical="bottom"/>'),
    style(49, 0, ' quotePrefix="1" applyAlignment="1"', 0, '<alignment horizontal="left"/>'),
    style(164, 0, ' applyAlignment="1"', 0, '<alignment horizontal="left"/>'),
    style(3, 0),
    style(165, 0),
    style(0, 3),
    style(165, 3),
    style(0, 3, ' applyBorder="1" applyAlignment="1"', 1, '<alignment horizontal="right" wrapText="1"/>'),
    style(0, 2, ' applyAlignment="1"', 0, '<alignment horizontal="left" indent="1"/>'),
  ].join('')}</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>`;
}

/** Everything of a sheet before its rows. */
export const sheetStart = (widths: readonly number[], frozenRows: number): string =>
  `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">${
    frozenRows
      ? `<pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/>`
      : ''
  }</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>${widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('')}</cols><sheetData>`;

/** Everything after them. */
export const sheetEnd = (filter?: string): string =>
  `</sheetData>${filter ? `<autoFilter ref="${filter}"/>` : ''}<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" fitToHeight="0"/></worksheet>`;

/** The first sheet is the summary; of the others the first row stands on every printed page. */
export const workbookXml = (sheetNames: readonly string[]): string =>
  `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}/relationships"><sheets>${sheetNames
    .map((name, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
    .join('')}</sheets><definedNames>${sheetNames
    .slice(1)
    .map(
      (name, index) =>
        `<definedName name="_xlnm.Print_Titles" localSheetId="${index + 1}">'${escaped(name)}'!$1:$1</definedName>`,
    )
    .join('')}</definedNames></workbook>`;

export const workbookRelations = (sheets: number): string =>
  relations([
    ...Array.from({ length: sheets }, (_, index) => ['worksheet', `worksheets/sheet${index + 1}.xml`]),
    ['styles', 'styles.xml'],
  ]);

export const PACKAGE_RELATIONS = `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`;

export const contentTypes = (sheets: number): string =>
  `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${[
    ['xl/workbook.xml', `${TYPE}.sheet.main+xml`],
    ['xl/styles.xml', `${TYPE}.styles+xml`],
    ['docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'],
    ...Array.from({ length: sheets }, (_, index) => [
      `xl/worksheets/sheet${index + 1}.xml`,
      `${TYPE}.worksheet+xml`,
    ]),
  ]
    .map(([part, type]) => `<Override PartName="/${part}" ContentType="${type}"/>`)
    .join('')}</Types>`;

export const coreProperties = (title: string, { madeAt, language }: StatementHead): string =>
  `${DECLARATION}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escaped(title)}</dc:title><dc:language>${language}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">${madeAt.toISOString()}</dcterms:created></cp:coreProperties>`;

const relations = (targets: string[][]): string =>
  `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${targets
    .map(
      ([type, target], index) =>
        `<Relationship Id="rId${index + 1}" Type="${OFFICE}/relationships/${type}" Target="${target}"/>`,
    )
    .join('')}</Relationships>`;
