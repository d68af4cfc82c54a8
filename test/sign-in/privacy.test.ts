import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ChangePasswordDocument,
  RefreshSessionDocument,
  ServiceOrderUpdatedDocument,
  SignOutDocument,
} from '../../src/generated/operations.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
let product: Running;
/** Everything that must be nowhere but where it belongs. */
const secrets: string[] = [];
beforeAll(async () => {
  product = await startProduct({ settings: { LOG_LEVEL: 'trace' } });
  const client = product.client('en');
  const captcha = await client.solveCaptcha();
  const { password } = await client.receivePassword(PHONE);
  secrets.push(password, captcha.captchaAnswer, captcha.captchaId);
  const { tokens } = await client.trySignIn(PHONE, password);
  secrets.push(tokens.accessToken, tokens.refreshToken, tokens.deviceToken);
  client.token = tokens.accessToken;
  await client.trySignIn(PHONE, 'WRONGPAS');
  const { refreshSession } = await client.run(RefreshSessionDocument, {
    input: { refreshToken: tokens.refreshToken },
  });
  if (refreshSession.__typename === 'SignedIn')
    secrets.push(...Object.values(refreshSession.tokens!).map(String));
  const newPassword = 'a long and lonely whale';
  await client.run(ChangePasswordDocument, { input: { currentPassword: password, newPassword } });
  secrets.push(newPassword, PHONE, PHONE.slice(1), PHONE.slice(2), 'WRONGPAS', 't'.repeat(32));

  // What goes wrong must not tell either: bad variables, a broken socket, a database that fails in the middle
  await client.post({
    query: 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
    variables: { input: { phoneNumber: PHONE, password: { a: newPassword } } },
  });
  await client.post(
    `{"query": "mutation { signIn(input: {phoneNumber: \\"${PHONE}\\", password: \\"${newPassword}\\"`,
  );
  await client
    .overWebSocket(ServiceOrderUpdatedDocument, { after: 'x' })
    .next()
    .catch(() => {});
  await product.app.db.$executeRaw`ALTER TABLE tries RENAME TO tries_gone`;
  await client.query(
    `mutation { signIn(input: {phoneNumber: "${PHONE}", password: "${newPassword}"}) { __typename } }`,
  );
  await product.app.db.$executeRaw`ALTER TABLE tries_gone RENAME TO tries`;
  await product.app.db.$executeRaw`ALTER TABLE sms_password_requests RENAME TO gone`;
  const input = { phoneNumber: PHONE, ...(await client.solveCaptcha()) };
  product.clock.advance({ minutes: 2 });
  await client.query(
    'mutation ($input: RequestSmsPasswordInput!) { requestSmsPassword(input: $input) { __typename } }',
    { input },
  );
  await product.app.db.$executeRaw`ALTER TABLE gone RENAME TO sms_password_requests`;
  await client.run(SignOutDocument);
});
afterAll(() => product.stop());

const expectNone = (text: string, where: string) => {
  for (const secret of secrets)
    expect(text.includes(secret), `${secret.slice(0, 12)}… in ${where}`).toBe(false);
};

test('the log holds no password, token, captcha or number in clear, at any level, not even when things break', () => {
  expect(product.log()).toContain('unexpected error');
  expectNone(product.log(), 'the log');
});

test('jobs hold ids alone', async () => {
  const jobs = await product.app.db.$queryRaw<
    { name: string; row: string }[]
  >`SELECT name, job::text AS row FROM pgboss.job`;
  expect(jobs.map(({ name }) => name)).toEqual(expect.arrayContaining(['send-sms-password', 'send-notice']));
  expectNone(JSON.stringify(jobs), 'jobs');
});

test('the database holds passwords hashed, and no token or captcha at all', async () => {
  const tables = await product.app.db.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
  const numbers = new Set([PHONE, PHONE.slice(1), PHONE.slice(2)]);
  const others = secrets.filter((secret) => !numbers.has(secret));
  for (const { name } of tables) {
    const rows = await product.app.db.$queryRawUnsafe(`SELECT t::text AS row FROM "${name}" t`);
    const text = JSON.stringify(rows);
    for (const secret of others)
      expect(text.includes(secret), `${secret.slice(0, 12)}… in ${name}`).toBe(false);
  }
  const hashes = await product.app.db.password.findMany({ select: { hash: true } });
  for (const { hash } of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('an error that is ours says nothing but the request’s id', async () => {
  await product.app.db.$executeRaw`ALTER TABLE tries RENAME TO tries_gone`;
  const answer = await product
    .client()
    .query(`mutation { signIn(input: {phoneNumber: "${PHONE}", password: "x"}) { __typename } }`);
  await product.app.db.$executeRaw`ALTER TABLE tries_gone RENAME TO tries`;
  expect(answer.errors).toEqual([
    expect.objectContaining({
      message: `Something went wrong on our side. Request ${answer.requestId}`,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: answer.requestId },
    }),
  ]);
});
