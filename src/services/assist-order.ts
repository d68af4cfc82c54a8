import type { Language, ServiceOrderKind } from '../generated/prisma/enums.ts';
import { beginTry, settleTry, type TryRule } from '../limits/tries.ts';
import type { Config } from '../config.ts';
import { type Keyed, recall, staffActor } from '../orders/idempotency.ts';
import type { App } from '../ports/app.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { recordAct, type StaffName } from '../staff/record-act.ts';
import { isPassport, type Passport, passportText } from '../subscriber/passport.ts';
import type { AssistFailure } from './errors.ts';
import { judgeServiceOrder, placeServiceOrder, type PlaceServiceOrder } from './place-order.ts';

const DAY_S = 86_400;
const BUSY_MS = 5_000;

export interface AssistServiceOrder {
  by: StaffName;
  subscriberId: string;
  kind: ServiceOrderKind;
  serviceCode: string;
  passport: Passport | undefined;
  idempotencyKey: string;
  language: Language;
}

export type Assisted = ({ __typename: 'ServiceOrderAccepted' } & OrderRef) | AssistFailure;

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config' | 'secrets' | 'wakeUps' | 'reach'>;

/** A member of staff orders what a subscriber asked for, who shows a passport where the service demands it. */
export async function assistServiceOrder(app: Parts, command: AssistServiceOrder): Promise<Assisted> {
  const { subscriberId, kind, serviceCode, by, passport, language } = command;
  const line = await app.db.subscriber.findUnique({
    where: { id: subscriberId },
    select: { passport: true },
  });
  if (!line) return { __typename: 'NotFound' };
  const keyed: Keyed = {
    subscriberId,
    actor: staffActor(by.subject),
    mutation: 'assistServiceOrder',
    key: command.idempotencyKey,
    input: { kind, serviceCode, passport: passport ? passportText(passport) : '' },
  };
  const before = await recall(app, app.db, keyed);
  if (before === 'reused') return { __typename: 'IdempotencyKeyReused' };
  if (before) return { __typename: 'ServiceOrderAccepted', subscriberId, orderId: before.orderId };
  const order: PlaceServiceOrder = {
    subscriberId,
    kind,
    serviceCode,
    channel: 'CONSULTANT',
    keyed,
    language,
  };
  // Nobody shows a passport for what would be refused anyway.
  const judged = await judgeServiceOrder(app, app.db, order);
  if ('__typename' in judged) return judged as Assisted;
  if (app.catalogue.current().service(serviceCode)?.passportRequired) {
    const denied = await identify(app, command, line.passport);
    if (denied) return denied;
  }
  await app.reach('assist/identified');
  const placed = await placeServiceOrder(app, order, async (tx, { orderId }) => {
    await recordAct(app, tx, {
      subscriberId,
      by,
      act: 'assistServiceOrder',
      detail: { kind, serviceCode, orderId },
    });
    await app.reach('assist/written');
  });
  // A consultant is support: SupportOnly is no answer to them.
  return placed as Assisted;
}

/** Whether who asks is the line's owner, within the tries of a day; each wrong one is written down. */
async function identify(
  app: Parts,
  { subscriberId, by, passport, serviceCode }: AssistServiceOrder,
  digest: string | null,
): Promise<AssistFailure | undefined> {
  if (!passport) return { __typename: 'PassportRequired' };
  const begun = await beginTry(app, passportTries(app.config, subscriberId));
  if ('busy' in begun)
    return {
      __typename: 'TooManyRequests',
      retryAt: begun.until ?? new Date(app.clock.now().getTime() + BUSY_MS),
    };
  await app.reach('assist/tried');
  const right = isPassport(app.secrets, subscriberId, passport, digest);
  await app.db.$transaction(async (tx) => {
    await settleTry(tx, begun, right);
    if (!right)
      await recordAct(app, tx, { subscriberId, by, act: 'wrong passport', detail: { serviceCode } });
  });
  return right ? undefined : { __typename: 'PassportMismatch' };
}

/** Counted for the line, whoever of the staff tries. */
const passportTries = (config: Config, subscriberId: string): TryRule[] => [
  {
    subject: `passport/${subscriberId}`,
    allowed: config.PASSPORT_TRIES,
    counts: 'stretch',
    seconds: DAY_S,
  },
];
