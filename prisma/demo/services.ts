import type { Recurrence, ServiceCategory } from '../../src/generated/prisma/enums.ts';

interface DemoService {
  code: string;
  name: { ru: string; en: string };
  description: { ru: string; en: string };
  category: ServiceCategory;
  connectionFee: bigint;
  recurringFee: bigint;
  recurrence: Recurrence;
  consultantFee: bigint;
  supportOnly?: boolean;
  passportRequired?: boolean;
  ussdCode?: string;
  bansCategory?: ServiceCategory;
  requires?: string[];
  excludes?: string[];
}

const CONSULTANT_FEE = 50_00n;

type Text = [ru: string, en: string];
type Extra = Partial<Omit<DemoService, 'code' | 'name' | 'description' | 'category'>>;

const service = (
  code: string,
  category: ServiceCategory,
  name: Text,
  description: Text,
  extra: Extra = {},
): DemoService => ({
  code,
  category,
  name: { ru: name[0], en: name[1] },
  description: { ru: description[0], en: description[1] },
  connectionFee: 0n,
  recurringFee: 0n,
  recurrence: 'NONE',
  consultantFee: CONSULTANT_FEE,
  ...extra,
});

const daily = (rubles: number, connection = 0): Extra => fees('DAILY', rubles, connection);
const monthly = (rubles: number, connection = 0): Extra => fees('MONTHLY', rubles, connection);
const fees = (recurrence: Recurrence, rubles: number, connection: number): Extra => ({
  recurrence,
  recurringFee: BigInt(Math.round(rubles * 100)),
  connectionFee: BigInt(Math.round(connection * 100)),
});

/** The demo operator's services, in the order of its catalogue. */
export const SERVICES: readonly DemoService[] = [
  service(
    'CALLER_ID',
    'CALLS',
    ['Определитель номера', 'Caller ID'],
    ['Показывает, кто звонит.', 'Shows who is calling.'],
    { ...daily(1), ussdCode: '*111*44#' },
  ),
  service(
    'HIDDEN_NUMBER',
    'CALLS',
    ['Антиопределитель номера', 'Hidden number'],
    ['Ваш номер не виден тем, кому вы звоните.', 'Those you call do not see your number.'],
    { ...daily(3.5, 34), excludes: ['NUMBER_ALWAYS_SHOWN'], ussdCode: '*111*46#' },
  ),
  service(
    'NUMBER_ALWAYS_SHOWN',
    'CALLS',
    ['Номер виден всегда', 'Number always shown'],
    ['Ваш номер виден, даже если звонок скрыт.', 'Your number is shown even on a hidden call.'],
    monthly(30),
  ),
  service(
    'MISSED_CALLS',
    'CALLS',
    ['Вам звонили', 'Missed calls'],
    ['SMS о звонках, которые вы пропустили.', 'An SMS about calls that you missed.'],
    { ...daily(2), ussdCode: '*111*38#' },
  ),
  service(
    'CALL_FORWARDING',
    'CALLS',
    ['Переадресация', 'Call forwarding'],
    ['Передаёт звонки на другой номер.', 'Sends calls on to another number.'],
    { connectionFee: 30_00n, ussdCode: '*111*40#' },
  ),
  service(
    'CALL_WAITING',
    'CALLS',
    ['Ожидание вызова', 'Call waiting'],
    ['Второй звонок во время разговора.', 'A second call while you talk.'],
    { ussdCode: '*43#' },
  ),
  service(
    'CONFERENCE',
    'CALLS',
    ['Конференц-связь', 'Conference call'],
    ['Разговор до пяти человек.', 'A talk of up to five people.'],
    { requires: ['CALL_WAITING'] },
  ),
  service(
    'VOICEMAIL',
    'CALLS',
    ['Голосовая почта', 'Voicemail'],
    ['Записывает сообщения, когда вы заняты.', 'Takes messages while you are busy.'],
    daily(2.3),
  ),
  service(
    'FAVOURITE_NUMBERS',
    'CALLS',
    ['Любимые номера', 'Favourite numbers'],
    ['Три номера за полцены.', 'Three numbers at half the price.'],
    monthly(45, 25),
  ),
  service(
    'SMS_PACK_100',
    'MESSAGES',
    ['Пакет 100 SMS', '100 SMS'],
    ['100 SMS на месяц.', '100 SMS for a month.'],
    { ...monthly(60), excludes: ['SMS_PACK_500'] },
  ),
  service(
    'SMS_PACK_500',
    'MESSAGES',
    ['Пакет 500 SMS', '500 SMS'],
    ['500 SMS на месяц.', '500 SMS for a month.'],
    monthly(200),
  ),
  service(
    'SMS_FORWARDING',
    'MESSAGES',
    ['Переадресация SMS', 'SMS forwarding'],
    ['Копии SMS на другой номер.', 'Copies of your SMS to another number.'],
    monthly(40),
  ),
  service(
    'SMS_AUTOREPLY',
    'MESSAGES',
    ['Автоответ', 'Auto reply'],
    ['Отвечает на SMS, пока вы заняты.', 'Answers SMS while you are busy.'],
    daily(1.5),
  ),
  service(
    'INTERNET_MINI',
    'INTERNET',
    ['Интернет-Мини', 'Internet Mini'],
    ['7 ГБ на месяц.', '7 GB for a month.'],
    { ...monthly(500), excludes: ['INTERNET_MAXI'], ussdCode: '*160#' },
  ),
  service(
    'INTERNET_MAXI',
    'INTERNET',
    ['Интернет-Макси', 'Internet Maxi'],
    ['15 ГБ на месяц.', '15 GB for a month.'],
    { ...monthly(800), ussdCode: '*161#' },
  ),
  service(
    'INTERNET_TURBO',
    'INTERNET',
    ['Турбо-кнопка', 'Turbo button'],
    ['Ещё 2 ГБ, когда пакет кончился.', '2 GB more when the package is used up.'],
    { connectionFee: 250_00n, requires: ['INTERNET_MINI', 'INTERNET_MAXI'] },
  ),
  service(
    'INTERNET_NIGHT',
    'INTERNET',
    ['Ночной интернет', 'Night internet'],
    ['Без ограничений с 1 до 7 часов.', 'Without limit from 1 to 7 o’clock.'],
    { ...monthly(150), requires: ['INTERNET_MINI', 'INTERNET_MAXI'] },
  ),
  service(
    'SOCIAL_FREE',
    'INTERNET',
    ['Соцсети', 'Social networks'],
    ['Социальные сети не расходуют пакет.', 'Social networks do not use up the package.'],
    daily(4),
  ),
  service(
    'ROAMING',
    'ROAMING',
    ['Международный роуминг', 'International roaming'],
    ['Связь за границей.', 'Stay reachable abroad.'],
    { ussdCode: '*111*2193#' },
  ),
  service(
    'ROAMING_ZERO',
    'ROAMING',
    ['Ноль без границ', 'Zero without borders'],
    ['Бесплатные входящие за границей.', 'Free incoming calls abroad.'],
    { ...daily(125), requires: ['ROAMING'] },
  ),
  service(
    'ROAMING_DATA',
    'ROAMING',
    ['Интернет за границей', 'Data abroad'],
    ['500 МБ в день за границей.', '500 MB a day abroad.'],
    { ...daily(450), requires: ['ROAMING'] },
  ),
  service(
    'CONTENT_NEWS',
    'CONTENT',
    ['Новости', 'News'],
    ['Главное за день.', 'The main points of the day.'],
    daily(3),
  ),
  service(
    'CONTENT_HOROSCOPE',
    'CONTENT',
    ['Гороскоп', 'Horoscope'],
    ['Каждое утро.', 'Every morning.'],
    daily(5),
  ),
  service(
    'CONTENT_RINGBACK',
    'CONTENT',
    ['Гудок', 'Ringback tone'],
    ['Мелодия вместо гудка.', 'A melody instead of the tone.'],
    monthly(99),
  ),
  service(
    'CONTENT_BAN',
    'SECURITY',
    ['Запрет контента', 'Content ban'],
    ['Запрещает платные контентные услуги.', 'Bans paid content services.'],
    { consultantFee: 0n, supportOnly: true, passportRequired: true, bansCategory: 'CONTENT' },
  ),
  service(
    'ANTISPAM',
    'SECURITY',
    ['Антиспам', 'Antispam'],
    ['Не пропускает рекламные SMS.', 'Keeps advertising SMS out.'],
    monthly(35),
  ),
  service(
    'BACKUP_CONTACTS',
    'SECURITY',
    ['Копия контактов', 'Contacts backup'],
    ['Хранит телефонную книгу.', 'Keeps a copy of the phone book.'],
    monthly(20),
  ),
  service(
    'WEATHER',
    'INFORMATION',
    ['Погода', 'Weather'],
    ['Прогноз каждое утро.', 'A forecast every morning.'],
    daily(1.2),
  ),
  service(
    'LOCATOR',
    'INFORMATION',
    ['Локатор', 'Locator'],
    ['Показывает, где близкие, с их согласия.', 'Shows where your family is, by their leave.'],
    { ...monthly(100), ussdCode: '*111*7883#' },
  ),
];
