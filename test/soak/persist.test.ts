import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { Asking } from './asking.ts';
import { Tally } from './tally.ts';

const ACCEPTED = { data: { activateService: { __typename: 'ServiceOrderAccepted' } } };
const refused = (code: string) => ({ errors: [{ message: 'Later.', extensions: { code } }] });
const QUESTION = {
  kind: 'activate',
  query: 'mutation',
  variables: { input: { idempotencyKey: 'one' } },
  right: 'ServiceOrderAccepted',
  repeatable: true,
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A server that gives these answers one after another, and a client that waits for none; undefined: it hangs up. */
async function asking(answers: (object | undefined)[]) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    const answer = answers.shift();
    if (answer) response.end(JSON.stringify(answer));
    else response.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const tally = new Tally();
  const { port } = server.address() as AddressInfo;
  const client = new Asking(`http://127.0.0.1:${port}`, tally, [0, 0, 0]);
  ends.push(() => client.close());
  return { client, bodies, tally };
}

test('who does not learn what came of it asks the same under the same key, and each time is counted', async () => {
  const { client, bodies, tally } = await asking([
    refused('UNAVAILABLE'),
    undefined,
    refused('TIMED_OUT'),
    ACCEPTED,
  ]);
  await client.ask(QUESTION);
  expect(bodies).toHaveLength(4);
  expect(new Set(bodies).size).toBe(1);
  const { repeated, unintended } = tally.take();
  expect([...repeated.keys()]).toEqual([
    'activate: UNAVAILABLE',
    'activate: no answer',
    'activate: TIMED_OUT',
  ]);
  expect(unintended.size).toBe(0);
});

test('who is refused again and again gives up, and that is an error', async () => {
  const { client, bodies, tally } = await asking([1, 2, 3, 4, 5].map(() => refused('UNAVAILABLE')));
  await expect(client.ask(QUESTION)).rejects.toThrow('activate: UNAVAILABLE');
  expect(bodies).toHaveLength(4);
  const { repeated, unintended } = tally.take();
  expect(repeated).toEqual(new Map([['activate: UNAVAILABLE', 3]]));
  expect(unintended).toEqual(new Map([['activate: UNAVAILABLE', 1]]));
});

test('what says what came of it is not asked again, nor what could be done twice', async () => {
  const { client, bodies } = await asking([refused('FORBIDDEN'), refused('UNAVAILABLE'), undefined]);
  await expect(client.ask(QUESTION)).rejects.toThrow('FORBIDDEN');
  await expect(client.ask({ ...QUESTION, repeatable: false })).rejects.toThrow('UNAVAILABLE');
  await expect(client.ask({ ...QUESTION, repeatable: false })).rejects.toThrow('no answer');
  expect(bodies).toHaveLength(3);
});
