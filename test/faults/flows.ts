import * as oauth from 'openid-client';
import { expect } from 'vitest';
import { SecretText } from '../../src/secrets.ts';
import { startSession } from '../../src/sign-in/sessions.ts';
import { issueTokens } from '../../src/sign-in/tokens.ts';
import type { Answer } from '../support/client.ts';
import { globalId } from '../support/global-id.ts';
import { untouchedOrder } from '../support/lines.ts';
import { Browser, registerPartner } from '../support/partner.ts';
import type { Running } from '../support/running.ts';
import { download } from './download.ts';
import { activate, assist, changeTariff, deactivate, type Line, type Ordering, statement } from './lines.ts';
import { endsOnce, IN_TIME } from './once.ts';

/** Something that a person does, ready to be done: once under a fault, and again until it is done. */
export interface Doing {
  /** What came back: the type of the answer, or the code of the error in its place. */
  ask: () => Promise<string>;
  /** That it has come to its end, once. */
  ends: () => Promise<unknown>;
}

export interface Flow {
  name: string;
  /** Makes ready what has to be there before the fault. */
  begin: (product: Running, line: Line) => Promise<Doing>;
}

/** That something has been done, whether or not the answer that said so was lost. */
export const DONE =
  /^(SignedIn|SmsPasswordRequested|SignedOut|PasswordChanged|Revoked|Subscriber|TariffQuote|ServiceOrderCancelled|\w+Accepted|whole|bearer)$/;

const said = ({ data, errors }: Answer<any>): string =>
  errors?.[0]?.extensions.code ?? (Object.values(data as object)[0] as { __typename: string }).__typename;

/** The same of an answer of OAuth's, or of our consent page on the way there. */
const saidByOauth = (answer: Promise<oauth.TokenEndpointResponse>): Promise<string> =>
  answer.then(
    ({ token_type: kind }) => kind,
    async (error: oauth.ClientError & { error?: string }) => {
      const answered = error.cause instanceof Response ? await error.cause.text() : error.message;
      if (/temporarily_unavailable|UNAVAILABLE|TIMED_OUT/.test(`${answered} ${error.error}`))
        return 'UNAVAILABLE';
      throw error;
    },
  );

const PASSWORD = 'a long and lonely whale';
const NEW_PASSWORD = 'a short and merry lobster';

async function havePassword({ app }: Running, { id }: Line): Promise<void> {
  const hash = await app.passwords.hash(new SecretText(PASSWORD));
  const data = {
    subscriberId: id,
    origin: 'CHOSEN',
    status: 'STANDING',
    hash,
    createdAt: new Date(),
  } as const;
  await app.db.password.create({ data });
}

const signsIn = ({ client, phoneNumber }: Line, password: string) =>
  client.query('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
    input: { phoneNumber, password },
  });

/** A session of another device. */
async function anotherSession({ app }: Running, { id }: Line) {
  const session = await app.db.$transaction((tx) => startSession(app, tx, id, undefined));
  return { ...session, ...(await issueTokens(app, { ...session, generation: 0, device: 'other' })) };
}

const isEnded = async (
  { app: { db } }: Running,
  { subscriberId, id }: { subscriberId: string; id: string },
) => {
  const session = await db.session.findUniqueOrThrow({ where: { subscriberId_id: { subscriberId, id } } });
  expect(session.endedAt).not.toBeNull();
};

const ordering = (order: Ordering): Flow => ({
  name: order.name,
  begin: async (product, line) => ({
    ask: async () => said(await order.ask(line)),
    ends: () => endsOnce(product, line, order),
  }),
});

export const FLOWS: readonly Flow[] = [
  {
    name: 'read',
    begin: async (_, { client }) => ({
      ask: async () => said(await client.query('{ me { __typename fullName balance { amount } } }')),
      ends: async () => {},
    }),
  },
  {
    name: 'sign in',
    begin: async (product, line) => {
      await havePassword(product, line);
      return { ask: async () => said(await signsIn(line, PASSWORD)), ends: async () => {} };
    },
  },
  {
    name: 'SMS password',
    begin: async (product, { phoneNumber }) => {
      const client = product.client();
      const document =
        'mutation ($input: RequestSmsPasswordInput!) { requestSmsPassword(input: $input) { __typename } }';
      return {
        ask: async () => {
          // A picture is good for one try, and needs no database
          const input = { phoneNumber, ...(await client.solveCaptcha()) };
          const answer = said(await client.query(document, { input }));
          // Whose answer was lost is told to wait for the SMS that is on its way
          return answer === 'TooManyRequests' ? 'SmsPasswordRequested' : answer;
        },
        ends: () => expect.poll(async () => (await client.smsTo(phoneNumber)).length, IN_TIME).toBe(1),
      };
    },
  },
  {
    name: 'refresh',
    begin: async (product, line) => {
      const { refreshToken } = await anotherSession(product, line);
      const document = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) {
        __typename ... on SignedIn { tokens { accessToken } } } }`;
      let renewed: string | undefined;
      return {
        ask: async () => {
          const answer = await line.client.query(document, { input: { refreshToken } });
          renewed = answer.data?.refreshSession.tokens?.accessToken;
          return said(answer);
        },
        ends: async () => {
          const client = product.client();
          client.token = renewed;
          expect((await client.query('{ me { fullName } }')).data.me).toBeTruthy();
        },
      };
    },
  },
  {
    name: 'sign out',
    begin: async (product, line) => {
      const session = await anotherSession(product, line);
      const client = product.client();
      client.token = session.accessToken;
      return {
        ask: async () => said(await client.query('mutation { signOut { __typename } }')),
        ends: () => isEnded(product, session),
      };
    },
  },
  {
    name: 'revoke',
    begin: async (product, line) => {
      const session = await anotherSession(product, line);
      const id = globalId('Session', session.subscriberId, session.id);
      const document = 'mutation ($id: ID!) { revoke(id: $id) { __typename } }';
      return {
        ask: async () => {
          const answer = said(await line.client.query(document, { id }));
          // Whose answer was lost finds nothing left to revoke
          return answer === 'NotFound' ? 'Revoked' : answer;
        },
        ends: () => isEnded(product, session),
      };
    },
  },
  {
    name: 'change password',
    begin: async (product, line) => {
      await havePassword(product, line);
      const document =
        'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }';
      const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      return {
        ask: async () => {
          const answer = said(await line.client.query(document, { input }));
          // Whose answer was lost finds the old one wrong, and goes in by the new one
          return answer === 'InvalidCredentials' ? said(await signsIn(line, NEW_PASSWORD)) : answer;
        },
        ends: async () => {
          expect(said(await signsIn(line, PASSWORD))).toBe('InvalidCredentials');
          expect(said(await signsIn(line, NEW_PASSWORD))).toBe('SignedIn');
        },
      };
    },
  },
  {
    name: 'quote',
    begin: async (_, { client }) => ({
      ask: async () => {
        const document = `mutation ($input: QuoteTariffChangeInput!) { quoteTariffChange(input: $input) { __typename } }`;
        return said(await client.query(document, { input: { tariffCode: 'TALK' } }));
      },
      ends: async () => {},
    }),
  },
  {
    name: 'cancel',
    begin: async (product, line) => {
      const orderId = await untouchedOrder(product.app.db, line.id);
      const document =
        'mutation ($input: CancelOrderInput!) { cancelServiceOrder(input: $input) { __typename } }';
      return {
        ask: async () => said(await line.client.query(document, { input: { orderId } })),
        ends: async () => {
          const { db } = product.app;
          const where = { subscriberId: line.id };
          expect((await db.event.findMany({ where })).map(({ state }) => state)).toEqual(['CANCELLED']);
          expect(await db.serviceOrder.findMany({ where })).toMatchObject([{ state: 'CANCELLED' }]);
          expect(await db.subscriber.findUnique({ where: { id: line.id } })).toMatchObject({ held: 0n });
        },
      };
    },
  },
  {
    name: 'download',
    begin: async (product, line) => {
      const order = statement();
      await order.ask(line);
      await endsOnce(product, line, order);
      const { data } = await line.client.query(
        '{ me { detailOrders(first: 1) { edges { node { downloadUrl sha256 } } } } }',
      );
      const { downloadUrl, sha256 } = data.me.detailOrders.edges[0].node;
      const link = product.url + new URL(downloadUrl).pathname;
      return { ask: () => download(link, sha256), ends: async () => {} };
    },
  },
  {
    name: 'let a partner in',
    begin: async (product, { id: subscriberId, phoneNumber }) => {
      const partner = await registerPartner(product, `p${phoneNumber.slice(1)}`);
      const browser = await Browser.of(product, phoneNumber);
      return {
        ask: () => saidByOauth(partner.letIn(browser)),
        ends: async () => {
          const where = { subscriberId, endedAt: null };
          expect(await product.app.db.partnerGrant.count({ where })).toBe(1);
        },
      };
    },
  },
  {
    name: 'refresh a partner’s token',
    begin: async (product, { phoneNumber }) => {
      const partner = await registerPartner(product, `q${phoneNumber.slice(1)}`);
      const { refresh_token: token } = await partner.letIn(await Browser.of(product, phoneNumber));
      return {
        ask: () => saidByOauth(oauth.refreshTokenGrant(partner.config, token!)),
        ends: async () => {},
      };
    },
  },
  ...[activate, deactivate, assist, changeTariff, statement()].map(ordering),
];
