import type { PhoneNumber } from '../../../src/phone-number.ts';
import type { Sms, SmsOutcome } from '../../../src/ports/sms.ts';
import { sendSmsPasswordHandler } from '../../../src/sign-in/send-sms-password.ts';
import { liveSession } from '../../../src/sign-in/sessions.ts';
import type { Client } from '../../support/client.ts';
import { globalId } from '../../support/global-id.ts';
import { newLine } from '../../support/lines.ts';
import type { Running } from '../../support/running.ts';

/** What a client keeps of a session: all refresh tokens by generation, the last access token. */
interface Kept {
  id: string;
  refresh: string[];
  access: string;
}
interface Tokens {
  accessToken: string;
  refreshToken: string;
  deviceToken: string;
}
export interface Actual {
  __typename: string;
  [field: string]: any;
}

const SIGNED_IN = '... on SignedIn { passwordChangeAdvised tokens { accessToken refreshToken deviceToken } }';
const PASSWORD = /[2-9A-HJ-NP-Z]{8}/;

/** The same line in the real product, on PostgreSQL, as clients meet it. */
export class RealLine {
  readonly sessions: Kept[] = [];
  readonly devices: string[] = [];
  readonly #product: Running;
  readonly #line: { id: string; phoneNumber: string };
  readonly #start: number;

  private constructor(product: Running, line: { id: string; phoneNumber: string }) {
    this.#product = product;
    this.#line = line;
    this.#start = product.clock.now().getTime();
  }

  static async create(product: Running): Promise<RealLine> {
    return new RealLine(product, await newLine(product.app.db));
  }

  pass(seconds: number): void {
    this.#product.clock.advance({ seconds });
  }

  /** A moment of an answer in the model's seconds. */
  secondsOf = (moment: string | null): number | null =>
    moment === null ? null : (Date.parse(moment) - this.#start) / 1_000;

  #client(session?: number): Client {
    const client = this.#product.client('en');
    if (session !== undefined) client.token = this.sessions[session]!.access;
    return client;
  }

  async #ask(
    client: Client,
    field: string,
    fields: string,
    variables: Record<string, [string, unknown]>,
  ): Promise<Actual> {
    const declared = Object.entries(variables).map(([name, [type]]) => `$${name}: ${type}`);
    const passed = Object.keys(variables).map((name) => `${name}: $${name}`);
    const query = `mutation (${declared.join(', ')}) { answer: ${field}(${passed.join(', ')}) { ${fields} } }`;
    const values = Object.entries(variables).map(([name, [, value]]) => [name, value]);
    const { data, errors } = await client.query(query, Object.fromEntries(values));
    return errors ? { __typename: errors[0]!.extensions.code } : (data.answer as Actual);
  }

  async request(device: string | undefined): Promise<Actual> {
    const client = this.#client();
    const input = {
      phoneNumber: this.#line.phoneNumber,
      deviceToken: device,
      ...(await client.solveCaptcha()),
    };
    const fields =
      '__typename ... on SmsPasswordRequested { number resendAvailableAt } ... on TooManyRequests { retryAt }';
    return this.#ask(client, 'requestSmsPassword', fields, { input: ['RequestSmsPasswordInput!', input] });
  }

  /** Has the last request's SMS handed over to an SMSC that answers so; the password that arrives, if any. */
  async handOver(outcome: SmsOutcome): Promise<string | undefined> {
    let text = '';
    const sms: Sms = {
      send: async (message) => {
        text = message.text;
        return outcome;
      },
      onReceipt: () => {},
      close: async () => {},
    };
    const phoneNumber = this.#line.phoneNumber as PhoneNumber;
    const where = { phoneNumber };
    const { id } = await this.#product.app.db.smsPasswordRequest.findUniqueOrThrow({ where });
    await sendSmsPasswordHandler({ ...this.#product.app, sms })
      .run({ requestId: id })
      .catch(() => {});
    return outcome.outcome === 'REFUSED' ? undefined : PASSWORD.exec(text)![0];
  }

  async signIn(password: string, address: string, device: string | undefined): Promise<Actual> {
    const client = this.#client();
    client.address = address;
    const input = { phoneNumber: this.#line.phoneNumber, password, deviceToken: device };
    const fields = `__typename ${SIGNED_IN} ... on InvalidCredentials { attemptsLeft }
      ... on SmsPasswordSuperseded { typedNumber currentNumber } ... on SignInLocked { retryAt }`;
    const answer = await this.#ask(client, 'signIn', fields, { input: ['SignInInput!', input] });
    if (answer.__typename === 'SignedIn') {
      const { accessToken, refreshToken, deviceToken } = answer['tokens'] as Tokens;
      const id = refreshToken.split('.')[1]!;
      this.sessions.push({ id, refresh: [refreshToken], access: accessToken });
      if (!this.devices.includes(deviceToken)) this.devices.push(deviceToken);
    }
    return answer;
  }

  /** With the refresh token of a generation; the successor's is the same each time. */
  async refresh(session: number, generation: number): Promise<Actual> {
    const kept = this.sessions[session]!;
    const input = { refreshToken: kept.refresh[generation] };
    const fields = `__typename ${SIGNED_IN}`;
    const variables: Record<string, [string, unknown]> = { input: ['RefreshSessionInput!', input] };
    const answer = await this.#ask(this.#client(), 'refreshSession', fields, variables);
    if (answer.__typename === 'SignedIn') {
      const { accessToken, refreshToken } = answer['tokens'] as Tokens;
      const known = kept.refresh[generation + 1];
      if (known !== undefined && known !== refreshToken) throw new Error('another successor');
      kept.refresh[generation + 1] = refreshToken;
      kept.access = accessToken;
    }
    return answer;
  }

  /** Named by its access token, or by the refresh token of a generation. */
  async signOut(session: number, everywhere: boolean, generation: number | undefined): Promise<number> {
    const client = generation === undefined ? this.#client(session) : this.#client();
    const refreshToken = generation === undefined ? null : this.sessions[session]!.refresh[generation];
    const answer = await this.#ask(client, 'signOut', 'sessionsEnded', {
      everywhere: ['Boolean', everywhere],
      refreshToken: ['String', refreshToken],
    });
    return answer['sessionsEnded'] as number;
  }

  revoke(by: number, target: number): Promise<Actual> {
    const id = globalId('Session', this.#line.id, this.sessions[target]!.id);
    return this.#ask(this.#client(by), 'revoke', '__typename', { id: ['ID!', id] });
  }

  change(session: number, currentPassword: string, newPassword: string): Promise<Actual> {
    const input = { currentPassword, newPassword };
    const fields = `__typename ... on InvalidCredentials { attemptsLeft } ... on TooManyRequests { retryAt }
      ... on PasswordChanged { otherSessionsEnded }`;
    const variables: Record<string, [string, unknown]> = { input: ['ChangePasswordInput!', input] };
    return this.#ask(this.#client(session), 'changePassword', fields, variables);
  }

  /** Whether the last access token of a session is taken. */
  async isTaken(session: number): Promise<boolean> {
    return (await this.#client(session).query('{ me { id } }')).status === 200;
  }

  async liveSessions(): Promise<string[]> {
    const where = { subscriberId: this.#line.id, ...liveSession(this.#product.app) };
    return (await this.#product.app.db.session.findMany({ where })).map(({ id }) => id);
  }

  standingPasswords(): Promise<number> {
    const where = { subscriberId: this.#line.id, status: 'STANDING' as const };
    return this.#product.app.db.password.count({ where });
  }
}
