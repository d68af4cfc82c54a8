import { PerDay, Streak, type Tries } from './tries.ts';

const DAY = 86_400;
/** The brief's numbers, in seconds; fewer tries, so that a short story meets every limit. */
export const RULES = {
  sends: [
    { count: 1, seconds: 60 },
    { count: 3, seconds: 600 },
    { count: 6, seconds: DAY },
  ],
  extraForDevice: 2,
  firstUse: 600,
  tries: 3,
  triesPerDay: 8,
  pause: 1_800,
  access: 600,
  refresh: 7 * DAY,
  grace: 10,
  session: 90 * DAY,
};

interface Password {
  text: string;
  /** The № of one sent by SMS; null: chosen. */
  number: number | null;
  madeAt: number;
  /** By when one from an SMS must first be used. */
  until: number;
  /** unconfirmed: it arrived, but the SMSC's word was lost · waiting: for its first use · gone: replaced */
  fate: 'unconfirmed' | 'waiting' | 'standing' | 'gone';
  used: boolean;
}

export interface ModelSession {
  createdAt: number;
  refreshedAt: number;
  generation: number;
  accessUntil: number;
  ended: boolean;
}

/** An answer as far as the rules say it. */
export type Expected = { __typename: string } & Record<string, unknown>;
const answer = (__typename: string, more: object = {}): Expected => ({ __typename, ...more });

/** One line and its owner, strangers and devices, as the brief describes them: no clock, no database, no tokens. */
export class ModelLine {
  now = 0;
  readonly passwords: Password[] = [];
  readonly sessions: ModelSession[] = [];
  /** The last request that the SMSC has not taken yet. */
  request: { number: number } | undefined;
  #sends: number[] = [];
  #numbered = { since: -Infinity, number: 0 };
  readonly #perDay = { strangers: new PerDay(RULES.triesPerDay), devices: new PerDay(RULES.triesPerDay) };
  readonly #streaks = new Map<string, Streak>();

  /** When, from now on, something changes by itself, the next moment first. */
  moments(): number[] {
    const all = [
      ...this.passwords.flatMap(({ until, madeAt }) => [until, madeAt + DAY]),
      ...this.sessions
        .filter((session) => this.isLive(session))
        .flatMap(({ accessUntil, refreshedAt, createdAt }) => [
          accessUntil,
          ...[RULES.grace, RULES.refresh].map((seconds) => refreshedAt + seconds),
          createdAt + RULES.session,
        ]),
      ...this.#sends.slice(0, 8).flatMap((at) => RULES.sends.map(({ seconds }) => at + seconds)),
      this.#numbered.since + DAY,
    ];
    const ahead = all.filter((moment) => moment > this.now && moment < Infinity);
    return [...new Set(ahead)].toSorted((a, b) => a - b);
  }

  // ── getting an SMS password ──

  ask(fromKnownDevice: boolean): Expected {
    const limits = RULES.sends.map(({ count, seconds }) => ({
      seconds,
      count: seconds === DAY && fromKnownDevice ? count + RULES.extraForDevice : count,
    }));
    const freeAt = () =>
      Math.max(...limits.map(({ count, seconds }) => (this.#sends[count - 1] ?? -Infinity) + seconds));
    if (freeAt() > this.now) return answer('TooManyRequests', { retryAt: freeAt() });
    this.#sends.unshift(this.now);
    if (this.now >= this.#numbered.since + DAY) this.#numbered = { since: this.now, number: 0 };
    const number = ++this.#numbered.number;
    for (const each of Object.values(this.#perDay)) each.reopen(this.now);
    this.request = { number };
    return answer('SmsPasswordRequested', { number, resendAvailableAt: freeAt() });
  }

  /** The SMSC took the SMS; `confirmed`: and we heard so. */
  taken(text: string, confirmed: boolean): void {
    const { number } = this.request!;
    this.request = undefined;
    const until = this.now + RULES.firstUse;
    const password: Password = { text, number, madeAt: this.now, until, fate: 'unconfirmed', used: false };
    this.passwords.unshift(password);
    if (!confirmed) return;
    this.#replaceOlder(password);
    password.fate = 'waiting';
  }

  #replaceOlder(newer: Password): void {
    for (const other of this.passwords)
      if (other !== newer && ['waiting', 'unconfirmed'].includes(other.fate) && other.madeAt <= newer.madeAt)
        other.fate = 'gone';
  }

  // ── signing in ──

  signIn(text: string, address: string, device: string | undefined): Expected {
    const perDay = this.#perDay[device ? 'devices' : 'strangers'];
    const tries: Tries[] = [this.#streak(device ?? address), perDay];
    const locks = tries.map((each) => each.lockedUntil(this.now)).filter((until) => until !== undefined);
    if (locks.length)
      return answer('SignInLocked', {
        retryAt: locks.includes(null) ? null : Math.max(...(locks as number[])),
      });
    const left = Math.min(...tries.map((each) => each.wrong(this.now)));
    const from = perDay.onlyFrom;
    const typed = this.#lookedAt(from).find((password) => password.text === text);
    const counts = typed && this.#counting(from, typed);
    if (!typed || counts !== typed) return this.#whyNot(typed, counts, left);
    for (const each of tries) each.right();
    if (typed.fate !== 'standing') this.#firstUse(typed);
    return this.#opened();
  }

  #streak(subject: string): Streak {
    const streak = this.#streaks.get(subject) ?? new Streak(RULES.tries, RULES.pause);
    this.#streaks.set(subject, streak);
    return streak;
  }

  /** The one that counts: the newest that waits for its first use, or else the one that stands. */
  #counting(from: number, read?: Password): Password | undefined {
    const seen = this.passwords.filter(({ madeAt }) => madeAt >= from);
    // Who types it has read the SMS, whatever we have heard of it
    const waits = (each: Password) =>
      (each.fate === 'waiting' || (each === read && each.fate === 'unconfirmed')) && each.until > this.now;
    return seen.find(waits) ?? seen.find(({ fate }) => fate === 'standing');
  }

  /** What a try is compared with: the one that counts, and two more of the SMS of a day, a suspended one before all. */
  #lookedAt(from: number): Password[] {
    const counting = this.#counting(from);
    const lately = ({ fate, madeAt }: Password) =>
      fate === 'standing' || fate === 'waiting' || madeAt > this.now - DAY;
    const others = this.passwords.filter(
      (each) => each !== counting && each.number !== null && each.madeAt >= from && lately(each),
    );
    const suspended = others.filter(({ fate }) => fate === 'standing');
    const rest = others.filter(({ fate }) => fate !== 'standing');
    return [...(counting ? [counting] : []), ...[...suspended, ...rest].slice(0, 2)];
  }

  #whyNot(typed: Password | undefined, counts: Password | undefined, left: number): Expected {
    const isNewer = typed && counts && counts.madeAt > typed.madeAt;
    if (isNewer && typed.number && counts.number && counts.number > typed.number)
      return answer('SmsPasswordSuperseded', { typedNumber: typed.number, currentNumber: counts.number });
    if (typed?.number && !typed.used && typed.until <= this.now) return answer('SmsPasswordExpired');
    return answer('InvalidCredentials', { attemptsLeft: left });
  }

  #firstUse(password: Password): void {
    for (const other of this.passwords) if (other.fate === 'standing') other.fate = 'gone';
    this.#replaceOlder(password);
    Object.assign(password, { fate: 'standing', used: true });
    for (const session of this.sessions) session.ended = true;
  }

  #opened(): Expected {
    const times = { createdAt: this.now, refreshedAt: this.now, accessUntil: this.now + RULES.access };
    this.sessions.push({ ...times, generation: 0, ended: false });
    return answer('SignedIn', { passwordChangeAdvised: this.#isAdvised() });
  }

  #isAdvised(): boolean {
    return this.passwords.find(({ fate }) => fate === 'standing')?.number !== null;
  }

  // ── sessions ──

  isLive({ ended, refreshedAt, createdAt }: ModelSession): boolean {
    return !ended && this.now < refreshedAt + RULES.refresh && this.now < createdAt + RULES.session;
  }

  /** Whether its last access token speaks for it. */
  speaks(session: ModelSession): boolean {
    return this.isLive(session) && this.now < session.accessUntil;
  }

  #speaksByRefresh(session: ModelSession, age: number): boolean {
    const inGrace = age === 1 && this.now < session.refreshedAt + RULES.grace;
    return this.isLive(session) && (age === 0 || inGrace);
  }

  /** With the current refresh token (age 0), the one before it (1), or one older still. */
  refresh(session: ModelSession, age: number): Expected {
    if (!this.#speaksByRefresh(session, age)) {
      if (age > 0) session.ended = true;
      return answer('SessionExpired');
    }
    if (age === 0) Object.assign(session, { generation: session.generation + 1, refreshedAt: this.now });
    session.accessUntil = this.now + RULES.access;
    return answer('SignedIn', { passwordChangeAdvised: this.#isAdvised() });
  }

  /** How many sessions that ends. `age`: of the refresh token that names it; absent: its access token does. */
  signOut(session: ModelSession, everywhere: boolean, age: number | undefined): number {
    const named = age === undefined ? this.speaks(session) : this.#speaksByRefresh(session, age);
    if (!named) return 0;
    return this.#end(everywhere ? this.sessions : [session]);
  }

  revoke(by: ModelSession, target: ModelSession): Expected {
    if (!this.speaks(by)) return answer('UNAUTHENTICATED');
    return answer(this.#end([target]) ? 'Revoked' : 'NotFound');
  }

  #end(sessions: readonly ModelSession[]): number {
    const live = sessions.filter((session) => this.isLive(session));
    for (const session of live) session.ended = true;
    return live.length;
  }

  // ── the password ──

  change(session: ModelSession, current: string, chosen: { text: string; strong: boolean }): Expected {
    if (!this.speaks(session)) return answer('UNAUTHENTICATED');
    const tries = this.#streak('change');
    const until = tries.lockedUntil(this.now);
    if (until !== undefined) return answer('TooManyRequests', { retryAt: until });
    const left = tries.wrong(this.now);
    const counting = this.#counting(-Infinity);
    if (counting?.text !== current) return answer('InvalidCredentials', { attemptsLeft: left });
    tries.right();
    if (!chosen.strong) return answer('PasswordTooWeak');
    for (const other of this.passwords) if (other.fate === 'standing') other.fate = 'gone';
    Object.assign(counting, { fate: 'gone', used: true });
    const password = { text: chosen.text, number: null, madeAt: this.now, until: Infinity, used: true };
    this.passwords.unshift({ ...password, fate: 'standing' });
    const otherSessionsEnded = this.#end(this.sessions.filter((other) => other !== session));
    return answer('PasswordChanged', { otherSessionsEnded });
  }
}
