import { wait } from './asking.ts';
import type { Visit } from './visit.ts';
import type { Smsc } from '../support/smsc.ts';

const CAPTCHA = 'mutation { createCaptcha { id image } }';
const REQUEST = `mutation ($input: RequestSmsPasswordInput!) { requestSmsPassword(input: $input) {
  __typename ... on UserError { code message } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  __typename ... on SignedIn { tokens { accessToken refreshToken } } ... on UserError { code message } } }`;
const ACCOUNT = '{ me { fullName tariff { name } menu { key enabled } } }';
const SIGN_OUT = 'mutation { signOut { sessionsEnded } }';

const SMS_WITHIN_MS = 30_000;
const PASSWORD = /\b[2-9A-HJ-NP-Z]{8}\b/;

/** The password in an SMS that the centre took for the number since then. */
function passwordFor({ submitted }: Smsc, phoneNumber: string, since: number): string | undefined {
  for (let index = submitted.length - 1; index >= since; index--) {
    const { to, bytes } = submitted[index]!;
    if (phoneNumber.endsWith(to)) return PASSWORD.exec(Buffer.from(bytes).swap16().toString('utf16le'))?.[0];
  }
  return undefined;
}

/** The whole way in and out again: picture, SMS, password, account, exit. */
export async function signIn(visit: Visit, due: number): Promise<void> {
  const { asking, smsc } = visit;
  const { phoneNumber, address } = visit.nextLine();
  const { id } = await asking.ask({ kind: 'captcha', query: CAPTCHA, due });
  const { answer } = await asking.getJson<{ answer: string }>(`/dev/captcha/${id}`);
  const since = smsc.submitted.length;
  const start = performance.now();
  const request = { phoneNumber, captchaId: id, captchaAnswer: answer };
  const asked = { kind: 'SMS password', query: REQUEST, right: 'SmsPasswordRequested', address };
  await asking.ask({ ...asked, variables: { input: request } });
  const password = await wait(() => passwordFor(smsc, phoneNumber, since), SMS_WITHIN_MS).catch(() => {
    throw asking.wrong('SMS', 'did not come within 30 s');
  });
  asking.tally.done('SMS there', performance.now() - start);
  const tried = { kind: 'sign-in', query: SIGN_IN, right: 'SignedIn', address };
  const { tokens } = await asking.ask({ ...tried, variables: { input: { phoneNumber, password } } });
  await asking.ask({ kind: 'account', query: ACCOUNT, token: tokens.accessToken });
  await asking.ask({ kind: 'sign-out', query: SIGN_OUT, token: tokens.accessToken });
}

/** Three ways to be refused, each with its own answer. */
export const MISTAKES: readonly ((visit: Visit, due: number) => Promise<unknown>)[] = [
  ({ asking }, due) =>
    asking.ask({ kind: 'mistake', query: ACCOUNT, token: 'not.a.token', right: 'UNAUTHENTICATED', due }),
  ({ asking }, due) =>
    asking.ask({
      kind: 'mistake',
      query: ACCOUNT.replace('me', 'you'),
      right: 'BAD_USER_INPUT',
      due,
    }),
  (visit, due) => {
    const { phoneNumber, address } = visit.nextLine();
    const input = { phoneNumber, password: 'a wrong one' };
    const tried = { kind: 'wrong password', query: SIGN_IN, right: 'InvalidCredentials', address, due };
    return visit.asking.ask({ ...tried, variables: { input } });
  },
];
