import type { Habits } from './usage.ts';
import type { LineStatus } from '../../src/generated/prisma/enums.ts';

interface DemoLine {
  phoneNumber: string;
  fullName: string;
  tariffCode: string;
  /** Kopecks. */
  balance: bigint;
  daysActive: number;
  services: string[];
  status?: LineStatus;
  /** How it used its phone in the last so many days. */
  usage?: { days: number; habits: Habits };
}

const YEAR = 365;

/** The demo operator's lines; +79160000099 is deliberately nobody's. */
export const LINES: readonly DemoLine[] = [
  {
    phoneNumber: '+79160000001',
    fullName: 'Иванова Анна Сергеевна',
    tariffCode: 'SMART',
    balance: 500_00n,
    daysActive: 7 * YEAR,
    services: ['CALLER_ID', 'MISSED_CALLS', 'INTERNET_MINI', 'WEATHER', 'BACKUP_CONTACTS'],
    usage: { days: 184, habits: { calls: 2, messages: 2, sessions: 6, sessionBytes: 20_000_000 } },
  },
  {
    phoneNumber: '+79160000002',
    fullName: 'Петров Пётр Петрович',
    tariffCode: 'SUPER_ZERO',
    balance: 3_00n,
    daysActive: 4 * YEAR,
    services: ['CALLER_ID'],
  },
  {
    phoneNumber: '+79160000003',
    fullName: 'Сидорова Мария Ивановна',
    tariffCode: 'SMART_MINI',
    balance: 0n,
    daysActive: 3 * YEAR,
    services: ['CALLER_ID'],
    status: 'SUSPENDED',
  },
  {
    phoneNumber: '+79160000004',
    fullName: 'Кузнецов Олег Павлович',
    tariffCode: 'SMART',
    balance: 350_00n,
    daysActive: 5 * YEAR,
    services: ['CONTENT_BAN', 'CALLER_ID'],
  },
  {
    phoneNumber: '+79160000005',
    fullName: 'Смирнова Елена Викторовна',
    tariffCode: 'SMART',
    balance: 800_00n,
    daysActive: 2 * YEAR,
    services: ['CALLER_ID'],
  },
  {
    phoneNumber: '+79160000006',
    fullName: 'Попов Дмитрий Андреевич',
    tariffCode: 'SMART',
    balance: 800_00n,
    daysActive: 2 * YEAR,
    services: ['CALLER_ID'],
  },
  {
    phoneNumber: '+79160000007',
    fullName: 'Волкова Ольга Николаевна',
    tariffCode: 'UNLIMITED',
    balance: 2_500_00n,
    daysActive: 6 * YEAR,
    services: ['CALLER_ID', 'ROAMING'],
    usage: { days: 30, habits: { calls: 1_000, messages: 100, sessions: 2_400, sessionBytes: 50_000_000 } },
  },
  {
    phoneNumber: '+79160000008',
    fullName: 'Новиков Илья Максимович',
    tariffCode: 'SMART_MINI',
    balance: 300_00n,
    daysActive: 5,
    services: [],
  },
  {
    phoneNumber: '+79160000009',
    fullName: 'Морозова Татьяна Юрьевна',
    tariffCode: 'RED_ENERGY',
    balance: 250_00n,
    daysActive: 10 * YEAR,
    services: ['CALLER_ID', 'SMS_PACK_100'],
  },
];
