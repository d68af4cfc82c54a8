/** Who asks. A column more is a role more here, and a word more in each rule. */
/** A guest; the line's own subscriber; another line's; staff with the role `support`; staff without it; a partner app. */
export const ROLES = ['guest', 'owner', 'stranger', 'support', 'staff', 'partner'] as const;
export type Role = (typeof ROLES)[number];

/** `hidden`: as if it were not there. */
type Outcome = 'allowed' | 'hidden' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'PERSISTED_DOCUMENT_REQUIRED';
export type Rule = Record<Role, Outcome>;

/**
 * A partner's texts are not run at all, whatever they ask for. What the documents registered for it may ask for is said
 * by `partners/field-scopes.ts` and computed when they are registered.
 */
const PARTNER = { partner: 'PERSISTED_DOCUMENT_REQUIRED' } as const;

const EVERYBODY: Rule = {
  ...PARTNER,
  guest: 'allowed',
  owner: 'allowed',
  stranger: 'allowed',
  support: 'allowed',
  staff: 'allowed',
};
/** What is of one line: for its subscriber and for support. */
const LINE: Rule = {
  ...PARTNER,
  guest: 'hidden',
  owner: 'allowed',
  stranger: 'hidden',
  support: 'allowed',
  staff: 'hidden',
};
/** What of a line is for its subscriber alone, on a line that support sees. */
const OWNER: Rule = { ...LINE, support: 'FORBIDDEN' };
/** What of a line is for its subscriber alone, and whose very being is nobody else's business. */
const PRIVATE: Rule = { ...LINE, support: 'hidden' };
/** What every subscriber may do, each for their own line. */
const SUBSCRIBER: Rule = {
  ...PARTNER,
  guest: 'UNAUTHENTICATED',
  owner: 'allowed',
  stranger: 'allowed',
  support: 'FORBIDDEN',
  staff: 'FORBIDDEN',
};
const SUPPORT: Rule = {
  ...PARTNER,
  guest: 'UNAUTHENTICATED',
  owner: 'FORBIDDEN',
  stranger: 'FORBIDDEN',
  support: 'allowed',
  staff: 'FORBIDDEN',
};
/** What concerns keys of one's own: for whoever can order. */
const ORDERER: Rule = { ...SUBSCRIBER, support: 'allowed' };
/** Whoever may ask for the field that leads here. */
export const INHERITED = 'inherited';

type Fields = Record<string, Rule | typeof INHERITED>;
const may = (rule: Rule | typeof INHERITED, ...fields: string[]): Fields =>
  Object.fromEntries(fields.map((field) => [field, rule]));
/** A refusal that comes instead of what was asked for. */
const refusal = (...more: string[]): Fields => may(INHERITED, 'code', 'message', ...more);
const connection = may(INHERITED, 'edges', 'pageInfo', 'totalCount');
const edge = may(INHERITED, 'cursor', 'node');

/** Who may ask for what: every field of every object type. One that is missing fails the suite by its name. */
export const PERMISSIONS: Record<string, Fields> = {
  Query: {
    ...may(EVERYBODY, 'identity', 'me', 'node', 'nodes', 'passwordPolicy', 'services', 'tariffs'),
    ...may(SUPPORT, 'subscriber', 'subscribers'),
    ...may(ORDERER, 'orderByKey'),
  },
  Mutation: {
    ...may(EVERYBODY, 'createCaptcha', 'requestSmsPassword', 'signIn', 'refreshSession', 'signOut'),
    ...may(SUBSCRIBER, 'changePassword', 'revoke'),
    ...may(SUBSCRIBER, 'activateService', 'deactivateService', 'cancelServiceOrder'),
    ...may(SUBSCRIBER, 'quoteTariffChange', 'changeTariff', 'orderDetail'),
    ...may(SUPPORT, 'assistServiceOrder'),
  },
  Subscription: may(SUBSCRIBER, 'serviceOrderUpdated', 'tariffChangeUpdated', 'detailOrderUpdated'),

  // The line
  Subscriber: {
    ...may(LINE, 'id', 'fullName', 'phoneNumber', 'status', 'timeZone', 'tariff', 'balance', 'available'),
    ...may(LINE, 'service', 'services', 'serviceOrders', 'tariffChanges', 'detailOrders', 'charges'),
    ...may(OWNER, 'menu', 'sessions', 'partnerGrants', 'streamCursor', 'spending', 'tariffAdvice'),
  },
  SubscriberConnection: connection,
  SubscriberEdge: edge,
  MenuItem: may(INHERITED, 'enabled', 'key', 'reason', 'title'),
  Session: may(PRIVATE, 'id', 'client', 'createdAt', 'current', 'lastSeenAt'),

  // Partner apps
  PartnerGrant: may(PRIVATE, 'id', 'partnerName', 'scopes', 'createdAt', 'lastUsedAt', 'uses'),
  PartnerUse: may(INHERITED, 'at', 'operationName'),
  PartnerUseConnection: connection,
  PartnerUseEdge: edge,

  // Services and orders
  SubscriberService: {
    ...may(LINE, 'id', 'service', 'status', 'activeSince', 'connectionFee', 'recurringFee'),
    ...may(LINE, 'actions', 'openOrder'),
  },
  SubscriberServiceConnection: connection,
  SubscriberServiceEdge: edge,
  ServiceAction: may(INHERITED, 'allowed', 'channel', 'fee', 'kind', 'passportRequired', 'refusal'),
  ServiceOrder: {
    ...may(LINE, 'id', 'kind', 'state', 'service', 'subscriber', 'subscriberService', 'channel', 'fee'),
    ...may(LINE, 'failure', 'createdAt', 'finishedAt', 'estimatedCompletionAt', 'cancellable', 'late'),
  },
  ServiceOrderConnection: connection,
  ServiceOrderEdge: edge,
  ServiceOrderEvent: may(INHERITED, 'cursor', 'occurredAt', 'order', 'state'),
  ServiceOrderAccepted: may(INHERITED, 'order'),
  ServiceOrderCancelled: may(INHERITED, 'order'),
  OrderFailure: may(INHERITED, 'code', 'message'),

  // Tariffs
  TariffAdvice: {
    ...may(INHERITED, 'tariff', 'monthsReplayed', 'currentMonthlyCost', 'newMonthlyCost', 'switchFee'),
    ...may(INHERITED, 'monthlySaving', 'bestMonthSaving', 'worstMonthSaving', 'paybackMonths'),
  },
  TariffQuote: may(PRIVATE, 'id', 'tariff', 'switchFee', 'expiresAt', 'advice', 'endsServices'),
  TariffChange: {
    ...may(LINE, 'id', 'fromTariff', 'toTariff', 'subscriber', 'state', 'fee', 'failure'),
    ...may(LINE, 'createdAt', 'finishedAt'),
  },
  TariffChangeConnection: connection,
  TariffChangeEdge: edge,
  TariffChangeEvent: may(INHERITED, 'cursor', 'occurredAt', 'change', 'state'),
  TariffChangeAccepted: may(INHERITED, 'change'),

  // Cost control
  Spending: may(INHERITED, 'from', 'to', 'total', 'lines', 'days', 'dataCompleteThrough'),
  SpendingLine: may(INHERITED, 'kind', 'total', 'count'),
  SpendingDay: may(INHERITED, 'day', 'kind', 'total'),
  Charge: may(LINE, 'id', 'at', 'amount', 'kind', 'cause', 'description'),
  ChargeConnection: connection,
  ChargeEdge: edge,
  DetailOrder: {
    ...may(LINE, 'id', 'from', 'to', 'format', 'delivery', 'email', 'subscriber', 'fee', 'state', 'progress'),
    ...may(LINE, 'recordCount', 'byteSize', 'sha256', 'downloadUrl', 'expiresAt', 'dataCompleteThrough'),
    ...may(LINE, 'failure', 'createdAt', 'finishedAt'),
  },
  DetailOrderConnection: connection,
  DetailOrderEdge: edge,
  DetailOrderEvent: may(INHERITED, 'cursor', 'occurredAt', 'order', 'progress', 'state'),
  DetailOrderAccepted: may(INHERITED, 'order'),

  // The catalogue
  Service: {
    ...may(EVERYBODY, 'id', 'code', 'name', 'description', 'category', 'supportOnly', 'ussdCode'),
    ...may(EVERYBODY, 'connectionFee', 'recurringFee', 'recurrence', 'requires', 'conflictsWith'),
  },
  ServiceConnection: connection,
  ServiceEdge: edge,
  Tariff: {
    ...may(EVERYBODY, 'id', 'code', 'name', 'description', 'archived', 'monthlyFee', 'switchFee'),
    ...may(EVERYBODY, 'allowances', 'rates'),
  },
  TariffConnection: connection,
  TariffEdge: edge,
  Allowance: may(EVERYBODY, 'amount', 'kind', 'unit'),
  UsageRate: may(EVERYBODY, 'kind', 'perUnits', 'price', 'unit'),

  // The way in
  Identity: may(EVERYBODY, 'kind', 'name', 'roles', 'scopes'),
  PasswordPolicy: may(EVERYBODY, 'maxLength', 'minLength', 'minScore'),
  Captcha: may(EVERYBODY, 'challenge', 'expiresAt', 'id', 'image', 'kind'),
  SmsPasswordRequested: may(INHERITED, 'expiresAt', 'number', 'phoneNumber', 'resendAvailableAt'),
  SignedIn: may(INHERITED, 'accessTokenExpiresAt', 'passwordChangeAdvised', 'subscriber', 'tokens'),
  Tokens: may(INHERITED, 'accessToken', 'deviceToken', 'refreshToken'),
  SignedOut: may(INHERITED, 'sessionsEnded'),
  PasswordChanged: may(INHERITED, 'otherSessionsEnded'),
  Revoked: may(INHERITED, 'id'),

  // Parts of other things
  Money: may(INHERITED, 'amount', 'currency'),
  PageInfo: may(INHERITED, 'endCursor', 'hasNextPage', 'hasPreviousPage', 'startCursor'),

  // Refusals
  CaptchaRejected: refusal(),
  IdempotencyKeyReused: refusal(),
  InsufficientFunds: refusal('available', 'required'),
  InvalidCredentials: refusal('attemptsLeft'),
  InvalidDelivery: refusal(),
  InvalidPeriod: refusal('earliest', 'latest', 'maxDays'),
  PassportMismatch: refusal(),
  PassportRequired: refusal(),
  QuoteExpired: refusal(),
  RecentSimChange: refusal('until'),
  SameTariff: refusal(),
  TariffArchived: refusal(),
  TariffNotFound: refusal(),
  InvalidPhoneNumber: refusal(),
  LineSuspended: refusal(),
  NotFound: refusal(),
  OrderInProgress: refusal('order'),
  OrderNotCancellable: refusal(),
  PasswordTooWeak: refusal('score', 'suggestions'),
  ServiceAlreadyActive: refusal(),
  ServiceConflict: refusal('conflictsWith'),
  ServiceNotActive: refusal(),
  ServiceNotFound: refusal(),
  ServiceRequiredBy: refusal('requiredBy'),
  ServiceRequires: refusal('requires'),
  ServiceUnavailableOnTariff: refusal('tariffs'),
  SessionExpired: refusal(),
  SignInLocked: refusal('retryAt'),
  SmsPasswordExpired: refusal(),
  SmsPasswordSuperseded: refusal('currentNumber', 'typedNumber'),
  SupportOnly: refusal('supportPhone'),
  TooManyRequests: refusal('retryAt'),
};
