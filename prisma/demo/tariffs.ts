import type { UsageKind, UsageUnit } from '../../src/generated/prisma/enums.ts';

interface DemoTariff {
  code: string;
  name: { ru: string; en: string };
  description: { ru: string; en: string };
  archived?: boolean;
  monthlyFee: bigint;
  switchFee: bigint;
  allowances: { kind: UsageKind; amount: number | null; unit: UsageUnit }[];
  rates: { kind: UsageKind; price: bigint; perUnits: number; unit: UsageUnit }[];
  services: { serviceCode: string; carried?: boolean; connectionFee?: bigint; recurringFee?: bigint }[];
}

type Text = [ru: string, en: string];

interface Terms {
  month: number;
  change: number;
  minutes?: number | null;
  messages?: number;
  megabytes?: number | null;
  /** Kopecks for a minute, or for a second. */
  call: number;
  perSecond?: boolean;
  sms: number;
  megabyte: number;
  archived?: boolean;
  services?: DemoTariff['services'];
}

function tariff(code: string, name: Text, description: Text, terms: Terms): DemoTariff {
  const { minutes, messages, megabytes } = terms;
  const allowances: DemoTariff['allowances'] = [];
  if (minutes !== undefined) allowances.push({ kind: 'CALL', amount: minutes, unit: 'MINUTE' });
  if (messages !== undefined) allowances.push({ kind: 'SMS', amount: messages, unit: 'MESSAGE' });
  if (megabytes !== undefined) allowances.push({ kind: 'DATA', amount: megabytes, unit: 'MEGABYTE' });
  return {
    code,
    name: { ru: name[0], en: name[1] },
    description: { ru: description[0], en: description[1] },
    archived: terms.archived ?? false,
    monthlyFee: BigInt(terms.month) * 100n,
    switchFee: BigInt(terms.change) * 100n,
    allowances,
    rates: [
      { kind: 'CALL', price: BigInt(terms.call), perUnits: 1, unit: terms.perSecond ? 'SECOND' : 'MINUTE' },
      { kind: 'SMS', price: BigInt(terms.sms), perUnits: 1, unit: 'MESSAGE' },
      { kind: 'DATA', price: BigInt(terms.megabyte), perUnits: 1, unit: 'MEGABYTE' },
    ],
    services: terms.services ?? [],
  };
}

const notCarried = (...codes: string[]): DemoTariff['services'] =>
  codes.map((serviceCode) => ({ serviceCode, carried: false }));

/** The demo operator's tariffs, in the order of its catalogue. */
export const TARIFFS: readonly DemoTariff[] = [
  tariff(
    'SMART',
    ['Smart', 'Smart'],
    ['Минуты, SMS и интернет на каждый день.', 'Minutes, SMS and data for every day.'],
    {
      month: 450,
      change: 100,
      minutes: 550,
      messages: 550,
      megabytes: 5_000,
      call: 200,
      sms: 200,
      megabyte: 9,
    },
  ),
  tariff('SMART_MINI', ['Smart мини', 'Smart Mini'], ['Кому нужно немного.', 'For those who need little.'], {
    month: 200,
    change: 100,
    minutes: 200,
    messages: 50,
    megabytes: 1_000,
    call: 200,
    sms: 200,
    megabyte: 9,
    services: [{ serviceCode: 'INTERNET_MINI', recurringFee: 350_00n }],
  }),
  tariff('SMART_PLUS', ['Smart+', 'Smart Plus'], ['Больше минут и интернета.', 'More minutes and data.'], {
    month: 900,
    change: 150,
    minutes: 1_100,
    messages: 1_100,
    megabytes: 15_000,
    call: 150,
    sms: 150,
    megabyte: 6,
    services: [{ serviceCode: 'CALLER_ID', recurringFee: 0n }, ...notCarried('INTERNET_MINI')],
  }),
  tariff(
    'SUPER_ZERO',
    ['Супер Ноль', 'Super Zero'],
    ['Без платы за месяц, звонки в сети по нулю.', 'No monthly fee.'],
    {
      month: 0,
      change: 90,
      call: 150,
      sms: 190,
      megabyte: 990,
      services: notCarried('SOCIAL_FREE', 'INTERNET_NIGHT'),
    },
  ),
  tariff(
    'PER_SECOND',
    ['Посекундный', 'Per second'],
    ['Платите за секунды разговора.', 'Pay for the seconds that you talk.'],
    {
      month: 0,
      change: 100,
      call: 5,
      perSecond: true,
      sms: 150,
      megabyte: 990,
      services: notCarried('SOCIAL_FREE'),
    },
  ),
  tariff(
    'UNLIMITED',
    ['Безлимитище', 'Unlimited'],
    ['Звонки и интернет без ограничений.', 'Calls and data without limit.'],
    {
      month: 1_500,
      change: 200,
      minutes: null,
      messages: 3_000,
      megabytes: null,
      call: 0,
      sms: 100,
      megabyte: 0,
      services: [
        ...notCarried('INTERNET_MINI', 'INTERNET_MAXI', 'INTERNET_TURBO', 'INTERNET_NIGHT'),
        { serviceCode: 'CALLER_ID', recurringFee: 0n },
      ],
    },
  ),
  tariff('TALK', ['Разговор', 'Talk'], ['Тем, кто много звонит.', 'For those who call a lot.'], {
    month: 350,
    change: 100,
    minutes: 1_500,
    call: 100,
    sms: 200,
    megabyte: 990,
  }),
  tariff('NETWORKER', ['Сетевой', 'Networker'], ['Интернет прежде всего.', 'Data first of all.'], {
    month: 550,
    change: 100,
    minutes: 100,
    megabytes: 30_000,
    call: 250,
    sms: 250,
    megabyte: 3,
  }),
  tariff('SENIOR', ['Забота', 'Care'], ['Простой и недорогой.', 'Simple and cheap.'], {
    month: 120,
    change: 0,
    minutes: 300,
    messages: 100,
    call: 120,
    sms: 120,
    megabyte: 200,
    services: notCarried('CONTENT_HOROSCOPE', 'CONTENT_RINGBACK'),
  }),
  tariff('TABLET', ['Планшет', 'Tablet'], ['Для планшета и модема.', 'For a tablet or a modem.'], {
    month: 400,
    change: 50,
    megabytes: 20_000,
    call: 300,
    sms: 300,
    megabyte: 4,
    services: notCarried('VOICEMAIL', 'CONFERENCE'),
  }),
  tariff('GUEST', ['Гостевой', 'Visitor'], ['Звонки за границу дешевле.', 'Cheaper calls abroad.'], {
    month: 0,
    change: 60,
    call: 180,
    sms: 150,
    megabyte: 600,
  }),
  tariff('RED_ENERGY', ['Red Energy', 'Red Energy'], ['Архивный тариф.', 'An archived tariff.'], {
    month: 0,
    change: 0,
    archived: true,
    call: 160,
    sms: 150,
    megabyte: 990,
  }),
];
