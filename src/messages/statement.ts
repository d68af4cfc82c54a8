import type { Language } from '../generated/prisma/enums.ts';
import type { RecordKind, SpendingKind } from '../statements/statement.ts';

/** All that an itemised statement says beside its data. */
export interface StatementWords {
  title: string;
  owner: string;
  phoneNumber: string;
  tariff: string;
  period: string;
  timeZone: string;
  madeAt: string;
  dataCompleteThrough: string;
  totals: string;
  records: string;
  /** The sheet that they stand on, in 20 characters or less. */
  sheet: string;
  chart: string;
  /** Above all days together. */
  total: string;
  noRecords: string;
  noSpending: string;
  spending: Record<SpendingKind, string>;
  kinds: Record<RecordKind, string>;
  /** What the amount of a kind is counted in. */
  units: Record<RecordKind, string>;
  /** Bytes and their multiples by 1024. */
  bytes: readonly [string, string, string, string, string];
  columns: {
    date: string;
    time: string;
    zone: string;
    kind: string;
    peer: string;
    amount: string;
    unit: string;
    count: string;
    cost: string;
  };
  page: (number: string) => string;
  continued: string;
}

const ru: StatementWords = {
  title: 'Детализация расходов',
  owner: 'Владелец',
  phoneNumber: 'Номер',
  tariff: 'Тариф',
  period: 'Период',
  timeZone: 'Время указано по поясу',
  madeAt: 'Заказана',
  dataCompleteThrough: 'Данные полны по',
  totals: 'Итоги',
  records: 'Звонки, сообщения и интернет',
  sheet: 'Записи',
  chart: 'Расходы по дням',
  total: 'Всего',
  noRecords: 'За этот период не было ни звонков, ни сообщений, ни интернета.',
  noSpending: 'За этот период расходов не было.',
  spending: {
    CALLS: 'Звонки',
    MESSAGES: 'Сообщения',
    DATA: 'Интернет',
    SERVICE_FEES: 'Плата за услуги',
    TARIFF_FEES: 'Плата за тариф',
    OTHER: 'Прочее',
  },
  kinds: { CALL: 'Звонок', SMS: 'SMS', DATA: 'Интернет' },
  units: { CALL: 'с', SMS: 'шт.', DATA: 'байт' },
  bytes: ['Б', 'КБ', 'МБ', 'ГБ', 'ТБ'],
  columns: {
    date: 'Дата',
    time: 'Время',
    zone: 'Пояс',
    kind: 'Вид',
    peer: 'Номер или сеть',
    amount: 'Объём',
    unit: 'Единица',
    count: 'Количество',
    cost: 'Стоимость',
  },
  page: (number) => `Страница ${number}`,
  continued: 'продолжение',
};

const en: StatementWords = {
  title: 'Itemised statement',
  owner: 'Owner',
  phoneNumber: 'Number',
  tariff: 'Tariff',
  period: 'Period',
  timeZone: 'Times are in',
  madeAt: 'Ordered',
  dataCompleteThrough: 'Data complete through',
  totals: 'Totals',
  records: 'Calls, messages and data',
  sheet: 'Records',
  chart: 'Spending by day',
  total: 'Total',
  noRecords: 'There were no calls, messages or data in this period.',
  noSpending: 'Nothing was spent in this period.',
  spending: {
    CALLS: 'Calls',
    MESSAGES: 'Messages',
    DATA: 'Data',
    SERVICE_FEES: 'Service fees',
    TARIFF_FEES: 'Tariff fees',
    OTHER: 'Other',
  },
  kinds: { CALL: 'Call', SMS: 'SMS', DATA: 'Data' },
  units: { CALL: 's', SMS: 'pcs', DATA: 'bytes' },
  bytes: ['B', 'KB', 'MB', 'GB', 'TB'],
  columns: {
    date: 'Date',
    time: 'Time',
    zone: 'Zone',
    kind: 'Kind',
    peer: 'Number or network',
    amount: 'Amount',
    unit: 'Unit',
    count: 'Count',
    cost: 'Cost',
  },
  page: (number) => `Page ${number}`,
  continued: 'continued',
};

const nl: StatementWords = {
  title: 'Gespecificeerd overzicht',
  owner: 'Eigenaar',
  phoneNumber: 'Nummer',
  tariff: 'Abonnement',
  period: 'Periode',
  timeZone: 'Tijden volgens',
  madeAt: 'Aangevraagd',
  dataCompleteThrough: 'Gegevens volledig tot en met',
  totals: 'Totalen',
  records: 'Gesprekken, berichten en internet',
  sheet: 'Regels',
  chart: 'Kosten per dag',
  total: 'Totaal',
  noRecords: 'In deze periode waren er geen gesprekken, berichten of internetsessies.',
  noSpending: 'In deze periode is er niets uitgegeven.',
  spending: {
    CALLS: 'Gesprekken',
    MESSAGES: 'Berichten',
    DATA: 'Internet',
    SERVICE_FEES: 'Kosten van diensten',
    TARIFF_FEES: 'Kosten van het abonnement',
    OTHER: 'Overige',
  },
  kinds: { CALL: 'Gesprek', SMS: 'Sms', DATA: 'Internet' },
  units: { CALL: 's', SMS: 'st.', DATA: 'bytes' },
  bytes: ['B', 'KB', 'MB', 'GB', 'TB'],
  columns: {
    date: 'Datum',
    time: 'Tijd',
    zone: 'Zone',
    kind: 'Soort',
    peer: 'Nummer of netwerk',
    amount: 'Hoeveelheid',
    unit: 'Eenheid',
    count: 'Aantal',
    cost: 'Kosten',
  },
  page: (number) => `Pagina ${number}`,
  continued: 'vervolg',
};

const ALL: Record<Language, StatementWords> = { ru, en, nl };

export const statementWords = (language: Language): StatementWords => ALL[language];
