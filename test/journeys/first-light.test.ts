import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AccountDocument,
  ActivateServiceDocument,
  CatalogueDocument,
  ChangePasswordDocument,
  DeactivateServiceDocument,
  IdentityDocument,
  RefreshSessionDocument,
  ServiceOrdersDocument,
  ServiceOrderUpdatedDocument,
  ServicesDocument,
  SignInDocument,
  SignOutDocument,
} from '../../src/generated/operations.ts';
import { all, type Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const EVERYDAY = '+79160000001';

/** Places an order, insists on its acceptance, and returns the order. */
async function order(client: Client, document: typeof ActivateServiceDocument, serviceCode: string) {
  const { activateService } = await client.run(document, {
    input: { serviceCode, idempotencyKey: crypto.randomUUID() },
  });
  if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
  return activateService.order;
}

describe('the way in', () => {
  test('a line gets a password by SMS, signs in, chooses a password, signs out', async () => {
    const client = product.client();
    expect((await client.run(IdentityDocument)).identity.kind).toBe('GUEST');

    const { password, sms } = await client.receivePassword(
      '8 (916) 000-00-01'.replace(/\D/g, '').replace(/^8/, '+7'),
    );
    expect(sms).toMatchObject({ to: EVERYDAY, encoding: 'UCS2', segments: 1 });
    expect(sms.text).toMatch(/^Пароль № 1: [2-9A-Z]{8}\./);

    const { signIn } = await client.run(SignInDocument, {
      input: { phoneNumber: '8 916 000-00-01', password, client: 'Test' },
    });
    if (signIn.__typename !== 'SignedIn') throw new Error(signIn.__typename);
    expect(signIn).toMatchObject({
      passwordChangeAdvised: true,
      subscriber: { fullName: 'Иванова Анна Сергеевна' },
    });
    client.token = signIn.tokens!.accessToken;

    const { me } = await client.run(AccountDocument);
    expect(me).toMatchObject({
      fullName: 'Иванова Анна Сергеевна',
      phoneNumber: EVERYDAY,
      balance: { amount: '500.00', currency: 'RUB' },
      available: { amount: '500.00' },
      tariff: { code: 'SMART', name: 'Smart' },
    });
    expect(me!.menu.find(({ key }) => key === 'SERVICES')).toMatchObject({
      title: 'Услуги',
      enabled: true,
      reason: null,
    });

    const chosen = 'корова на крыше №7';
    const { changePassword } = await client.run(ChangePasswordDocument, {
      input: { currentPassword: password, newPassword: chosen },
    });
    expect(changePassword).toEqual({ __typename: 'PasswordChanged', otherSessionsEnded: 0 });

    const { signOut } = await client.run(SignOutDocument);
    expect(signOut.sessionsEnded).toBe(1);
    const after = await client.query('{ me { id } }');
    expect(after).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });

    client.token = undefined;
    const old = await client.run(SignInDocument, { input: { phoneNumber: EVERYDAY, password } });
    expect(old.signIn.__typename).not.toBe('SignedIn');
    const again = await client.run(SignInDocument, { input: { phoneNumber: EVERYDAY, password: chosen } });
    expect(again.signIn).toMatchObject({ __typename: 'SignedIn', passwordChangeAdvised: false });
  });

  test('a session goes on with its refresh token', async () => {
    const client = product.client();
    const password = await client.signIn('+79160000008');
    const { signIn } = await client.run(SignInDocument, { input: { phoneNumber: '+79160000008', password } });
    if (signIn.__typename !== 'SignedIn') throw new Error(signIn.__typename);
    const { refreshSession } = await client.run(RefreshSessionDocument, {
      input: { refreshToken: signIn.tokens!.refreshToken },
    });
    if (refreshSession.__typename !== 'SignedIn') throw new Error(refreshSession.__typename);
    client.token = refreshSession.tokens!.accessToken;
    expect((await client.run(IdentityDocument)).identity).toMatchObject({
      kind: 'SUBSCRIBER',
      name: 'Новиков Илья Максимович',
    });
  });
});

describe('services', () => {
  test('a guest sees the catalogue', async () => {
    const { services, tariffs } = await product.client('en').run(CatalogueDocument, {});
    expect(services.totalCount).toBeGreaterThanOrEqual(25);
    expect(new Set(services.edges.map(({ node }) => node.category)).size).toBe(7);
    expect(tariffs.totalCount).toBeGreaterThanOrEqual(10);
    const turbo = services.edges.find(({ node }) => node.code === 'INTERNET_TURBO')!.node;
    expect(turbo.requires.map(({ code }) => code)).toEqual(['INTERNET_MINI', 'INTERNET_MAXI']);
  });

  test.each(['overWebSocket', 'overSse'] as const)(
    'an activation is followed to its end %s',
    async (transport) => {
      const client = product.client('en');
      client.token = await tokenFor(client, transport === 'overSse' ? '+79160000009' : '+79160000007');
      const before = await client.run(ServicesDocument, { filter: { search: 'weather' } });
      expect(before.me!.services.edges[0]!.node).toMatchObject({
        status: 'NOT_CONNECTED',
        service: { name: 'Weather' },
      });

      product.app.devTools.network.steer({ hold: true });
      const placed = await order(client, ActivateServiceDocument, 'WEATHER');
      // Read as it is now: a worker may have handed it to the network meanwhile
      expect(['ACKNOWLEDGED', 'IN_PROGRESS']).toContain(placed.state);
      expect(placed.subscriberService).toMatchObject({ status: 'ACTIVATING' });
      const events = client[transport](ServiceOrderUpdatedDocument, { orderId: placed.id });
      const states: string[] = [];
      for await (const { serviceOrderUpdated: event } of events) {
        states.push(event.state);
        if (event.state === 'IN_PROGRESS') product.app.devTools.network.steer({ hold: false });
        if (event.state === 'COMPLETED')
          expect(event.order.subscriberService).toMatchObject({ status: 'ACTIVE' });
      }
      expect(states.at(-1)).toBe('COMPLETED');
      expect(states).toEqual(['ACKNOWLEDGED', 'IN_PROGRESS', 'COMPLETED'].slice(-states.length));

      const { me } = await client.run(ServiceOrdersDocument, {});
      expect(me!.serviceOrders).toMatchObject({
        totalCount: 1,
        edges: [{ node: { id: placed.id, state: 'COMPLETED', failure: null } }],
      });

      const { deactivateService } = await client.run(DeactivateServiceDocument, {
        input: { serviceCode: 'WEATHER', idempotencyKey: crypto.randomUUID() },
      });
      if (deactivateService.__typename !== 'ServiceOrderAccepted')
        throw new Error(deactivateService.__typename);
      const last = (
        await all(client[transport](ServiceOrderUpdatedDocument, { orderId: deactivateService.order.id }))
      ).at(-1)!;
      expect(last.serviceOrderUpdated).toMatchObject({
        state: 'COMPLETED',
        order: { subscriberService: { status: 'NOT_CONNECTED' } },
      });
    },
  );

  test('a refusal of the network ends in FAILED, with the reason, and nothing is charged', async () => {
    const client = product.client();
    client.token = await tokenFor(client, '+79160000005');
    const placed = await order(client, ActivateServiceDocument, 'CALL_FORWARDING');
    expect(placed.fee.amount).toBe('30.00');
    expect((await client.run(AccountDocument)).me!.available.amount).toBe('770.00');
    const events = await all(client.overWebSocket(ServiceOrderUpdatedDocument, { orderId: placed.id }));
    expect(events.at(-1)!.serviceOrderUpdated).toMatchObject({
      state: 'FAILED',
      order: { failure: { code: 'REFUSED_BY_NETWORK' }, subscriberService: { status: 'NOT_CONNECTED' } },
    });
    expect((await client.run(AccountDocument)).me).toMatchObject({
      balance: { amount: '800.00' },
      available: { amount: '800.00' },
    });
  });

  test('Content ban is for support alone, and says where to call', async () => {
    const client = product.client('en');
    client.token = await tokenFor(client, '+79160000004');
    const { deactivateService } = await client.run(DeactivateServiceDocument, {
      input: { serviceCode: 'CONTENT_BAN', idempotencyKey: 'k' },
    });
    expect(deactivateService).toMatchObject({
      __typename: 'SupportOnly',
      code: 'SUPPORT_ONLY',
      supportPhone: '+78001000000',
    });
    const { me } = await client.run(ServicesDocument, { filter: { category: ['CONTENT'] } });
    for (const { node } of me!.services.edges) {
      const self = node.actions.find(({ kind, channel }) => kind === 'ACTIVATE' && channel === 'SELF_CARE')!;
      expect(self).toMatchObject({ allowed: false, refusal: { code: 'SERVICE_CONFLICT' } });
    }
  });
});

async function tokenFor(client: Client, phoneNumber: string): Promise<string> {
  await client.signIn(phoneNumber);
  return client.token!;
}
