import type { Messages } from './messages.ts';

const list = (items: string[]) => items.map((item) => `“${item}”`).join(', ');

export const en: Messages = {
  failures: {
    InvalidPhoneNumber: () => 'This does not look like a phone number. Type it like this: +7 916 000-00-01.',
    CaptchaRejected: () => 'The code from the picture is wrong or has expired. Ask for a new picture.',
    TooManyRequests: ({ retryAt }, { time }) => `Too many requests. Try again after ${time(retryAt)}.`,
    InvalidCredentials: () => 'Wrong number or password. Check them, or get a new password by SMS.',
    SignInLocked: ({ retryAt }, { time }) =>
      retryAt
        ? `Too many wrong tries. Try again after ${time(retryAt)}.`
        : 'Too many wrong tries. Get a new password by SMS.',
    SmsPasswordExpired: () => 'This password from the SMS has expired. Get a new one.',
    SmsPasswordSuperseded: ({ typedNumber, currentNumber }) =>
      `This is password № ${typedNumber}, but № ${currentNumber} is the valid one. Type the one from the latest SMS.`,
    SessionExpired: () => 'The session has ended. Sign in again.',
    PasswordTooWeak: ({ length }) =>
      length
        ? `A password has ${length.min} to ${length.max} characters.`
        : 'This password is too easy to guess. Choose a longer and more unusual one.',
    ServiceNotFound: () => 'There is no such service.',
    ServiceAlreadyActive: () => 'The service is already on.',
    ServiceNotActive: () => 'The service is not on.',
    SupportOnly: ({ supportPhone }, { phone }) => `Only support can do this: ${phone(supportPhone)}.`,
    ServiceConflict: ({ conflictsWith }, { service }) =>
      `The service does not go together with ${list(conflictsWith.map(service))}.`,
    ServiceRequires: ({ requires }, { service }) =>
      `First add one of these services: ${list(requires.map(service))}.`,
    ServiceRequiredBy: ({ requiredBy }, { service }) =>
      `First remove what does not work without it: ${list(requiredBy.map(service))}.`,
    ServiceUnavailableOnTariff: ({ tariffs }, { tariff }) =>
      tariffs.length
        ? `Your tariff does not carry this service. These do: ${list(tariffs.map(tariff))}.`
        : 'Your tariff does not carry this service.',
    InsufficientFunds: ({ available, required }, { money, seesBalance }) =>
      seesBalance
        ? `${money(available)} is available, but ${money(required)} is needed. Top up by ${money(required - available)}.`
        : `${money(required)} is needed, and there is less on the account. Top it up.`,
    LineSuspended: () => 'The line is suspended. Top up the account; if that does not help, call support.',
    OrderInProgress: () => 'The previous order is still being carried out. Wait until it is finished.',
    IdempotencyKeyReused: () => 'This key was used for another request. Repeat with a new key.',
    TariffNotFound: () => 'There is no such tariff.',
    TariffArchived: () => 'This tariff is closed to new subscribers.',
    SameTariff: () => 'You are on this tariff already.',
    QuoteExpired: () => 'The quote no longer holds. Ask for a new one.',
    RecentSimChange: ({ until }, { time }) =>
      `The SIM was changed lately. For safety this is available from ${time(until)}.`,
    InvalidPeriod: ({ earliest, latest, maxDays }) =>
      `Choose a period of at most ${maxDays} days, from ${earliest} to ${latest}.`,
    InvalidDelivery: () => 'Give an e-mail address if the statement is to be mailed, and none otherwise.',
    PassportRequired: () => 'This service needs the passport data of the line’s owner.',
    PassportMismatch: () => 'The passport data are not those of the line’s owner.',
    NotFound: () => 'Not found.',
    OrderNotCancellable: () => 'The order is already with the network, or only support can cancel it.',
  },
  orderFailures: {
    REFUSED_BY_NETWORK: 'The network could not carry the order out. Nothing was charged; try again later.',
    NETWORK_UNREACHABLE: 'The network does not answer. Nothing was charged; try again later.',
    TIMED_OUT: 'The order was not carried out in time. Nothing was charged; try again later.',
    CANCELLED_BY_OPERATOR: 'The operator cancelled the order. Nothing was charged.',
    DELIVERY_FAILED: 'The file could not be delivered. Order it again.',
    INTERNAL: 'The order failed through a fault of ours. Nothing was charged; try again.',
  },
  smsPassword: (password, number) => `Password № ${number}: ${password}. Keep it secret`,
  notices: {
    PASSWORD_CHANGED: 'Your password was changed. Not you? Get a new one by SMS',
    LINE_SUSPENDED: 'Your line is suspended: the account is too low for its fees. Top it up',
    LINE_RESTORED: 'Your line works again',
    TARIFF_CHANGED: 'Your tariff was changed. Not you? Call support',
    STATEMENT_MAILED: 'A statement was ordered to be mailed. Not you? Call support',
    PARTNER_ALLOWED: 'An app was let into your account. Not you? Call support',
  },
  charges: {
    CALLS: 'Calls',
    MESSAGES: 'Messages',
    DATA: 'Internet',
    SERVICE_FEES: 'Service fees',
    TARIFF_FEES: 'Tariff fees',
    OTHER: 'Other',
  },
  serviceOrder: (kind, service) => `${kind === 'ACTIVATE' ? 'Adding' : 'Removing'}: “${service}”`,
  tariffChange: (tariff) => `Change to the tariff “${tariff}”`,
  detailOrder: (from, to) => `Itemised statement, ${from} to ${to}`,
  statementMail: ({ phoneNumber, from, to, link }) => ({
    subject: `Statement of ${phoneNumber}, ${from} to ${to}`,
    text: link ? `The file is too large for a mail. Download it: ${link}` : 'The statement is attached.',
  }),
  menu: {
    SERVICES: 'Services',
    TARIFF: 'Change of tariff',
    COST_CONTROL: 'Cost control',
    DETAIL_ORDERS: 'Itemised statements',
    PASSWORD: 'Change password',
    SESSIONS: 'Sessions',
  },
  menuReasons: { lineSuspended: 'The line is suspended: top up the account, or call support' },
};
