import type {
  Language,
  LedgerKind,
  LineStatus,
  OrderFailureCode,
  ServiceOrderKind,
} from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';
import type { AssistFailure, CancelFailure, ServiceOrderFailure } from '../services/errors.ts';
import type { SignInFailure } from '../sign-in/errors.ts';
import type { TariffFailure } from '../tariffs/errors.ts';
import type { DetailFailure } from '../cost-control/errors.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';
import { ru } from './ru.ts';

/** Everything that may be refused as an answer; each kind has its text in every language. */
export type Failure =
  | SignInFailure
  | ServiceOrderFailure
  | CancelFailure
  | AssistFailure
  | TariffFailure
  | DetailFailure;
type FailureOf<Type extends Failure['__typename']> = Extract<Failure, { __typename: Type }>;

/** What a text may need beside the failure itself. */
export interface Words {
  money: (amount: MinorUnits) => string;
  /** Whether the reader may know what is on the account. */
  seesBalance: boolean;
  /** A service's name by its code. */
  service: (code: string) => string;
  tariff: (code: string) => string;
  /** A number as people read it. */
  phone: (number: string) => string;
  /** A moment on the clock of the line that it is about, or on the operator's. */
  time: (at: Date) => string;
}

export const MENU_KEYS = [
  'SERVICES',
  'TARIFF',
  'COST_CONTROL',
  'DETAIL_ORDERS',
  'PASSWORD',
  'SESSIONS',
] as const;
export type MenuKey = (typeof MENU_KEYS)[number];

/** What a line's owner is told by SMS. */
export const NOTICES = [
  'PASSWORD_CHANGED',
  'LINE_SUSPENDED',
  'LINE_RESTORED',
  'TARIFF_CHANGED',
  'STATEMENT_MAILED',
  'PARTNER_ALLOWED',
] as const;
export type Notice = (typeof NOTICES)[number];

/** All that the product says to people in one language. */
export interface Messages {
  failures: { [Type in Failure['__typename']]: (failure: FailureOf<Type>, words: Words) => string };
  orderFailures: Record<OrderFailureCode, string>;
  /** One UCS-2 segment (70 characters), with room for the WebOTP line. */
  smsPassword: (password: string, number: number) => string;
  /** One UCS-2 segment each. */
  notices: Record<Notice, string>;
  /** What money was spent on, where nothing more particular is known. */
  charges: Record<Exclude<LedgerKind, 'TOP_UP'>, string>;
  /** What a service order's fee was for. */
  serviceOrder: (kind: ServiceOrderKind, service: string) => string;
  tariffChange: (tariff: string) => string;
  detailOrder: (from: string, to: string) => string;
  /** A mail with a statement: the file is attached, or too large for that and found at `link`. */
  statementMail: (about: { phoneNumber: string; from: string; to: string; link: string | null }) => {
    subject: string;
    text: string;
  };
  menu: Record<MenuKey, string>;
  menuReasons: { lineSuspended: string };
}

const ALL: Record<Language, Messages> = { ru, en, nl };

export const messagesIn = (language: Language): Messages => ALL[language];

/** The text of a failure for the person who meets it. */
export const failureMessage = (language: Language, failure: Failure, words: Words): string =>
  (ALL[language].failures[failure.__typename] as (failure: Failure, words: Words) => string)(failure, words);

/** Menu items that order something: a suspended line can only look. */
const ORDERING: readonly MenuKey[] = ['SERVICES', 'TARIFF'];

/** Why a menu item cannot be used now, null where it can. */
export const menuReason = (language: Language, key: MenuKey, status: LineStatus): string | null =>
  status === 'SUSPENDED' && ORDERING.includes(key) ? ALL[language].menuReasons.lineSuspended : null;
