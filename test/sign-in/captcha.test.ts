import { solveChallenge } from 'altcha-lib/v1';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CreateCaptchaDocument, RequestSmsPasswordDocument } from '../../src/generated/operations.ts';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
let client: Client;
beforeAll(async () => {
  product = await startProduct({ works: false, settings: { CAPTCHA_WORK: '1000' } });
  client = product.client('en');
});
afterAll(() => product.stop());
// The limits on sends are another file's matter
beforeEach(() => product.clock.advance({ hours: 25 }));

const create = async (kind: 'IMAGE' | 'PROOF_OF_WORK') =>
  (await client.run(CreateCaptchaDocument, { kind })).createCaptcha;
let numbers = 0;
/** What an answer to a captcha comes to, each time for another number. */
const answer = async (captchaId: string, captchaAnswer: string) => {
  const input = { phoneNumber: `+7916555${String(++numbers).padStart(4, '0')}`, captchaId, captchaAnswer };
  return (await client.run(RequestSmsPasswordDocument, { input })).requestSmsPassword.__typename;
};
const lettersOf = async (id: string) =>
  ((await (await fetch(`${product.url}/dev/captcha/${id}`)).json()) as { answer: string }).answer;

interface Challenge {
  algorithm: string;
  challenge: string;
  maxnumber: number;
  salt: string;
  signature: string;
}
/** What ALTCHA's widget does: tries numbers, and hands in what it found. */
async function work(text: string): Promise<Challenge & { number: number }> {
  const challenge = JSON.parse(text) as Challenge;
  const { promise } = solveChallenge(
    challenge.challenge,
    challenge.salt,
    challenge.algorithm,
    challenge.maxnumber,
  );
  const solution = await promise;
  return { ...challenge, number: solution!.number };
}
const payload = (solved: object) => Buffer.from(JSON.stringify(solved)).toString('base64');

describe('a picture', () => {
  test('is an SVG of paths alone: there is no text in it to be read', async () => {
    const { image, challenge } = await create('IMAGE');
    expect(challenge).toBeNull();
    const svg = Buffer.from(image!.replace('data:image/svg+xml;base64,', ''), 'base64').toString();
    expect(new Set(svg.match(/<[a-z]+/g))).toEqual(new Set(['<svg', '<rect', '<path']));
    const outsideOfPaths = svg.replaceAll(/ d="[^"]*"/g, '').replaceAll(/<[^>]*>/g, '');
    expect(outsideOfPaths).toBe('');
  });

  test('never gives its letters away in its id, and no two are the same', async () => {
    const pictures = await Promise.all(Array.from({ length: 20 }, () => create('IMAGE')));
    expect(new Set(pictures.map(({ image }) => image)).size).toBe(20);
    for (const { id } of pictures) {
      const letters = await lettersOf(id);
      expect(letters).toMatch(/^[2-9A-Z]{5}$/);
      for (const part of id.split('.'))
        expect(Buffer.from(part, 'base64url').toString('latin1')).not.toContain(letters);
    }
  });

  test('is answered in any case, once', async () => {
    const { id } = await create('IMAGE');
    const letters = await lettersOf(id);
    expect(await answer(id, ` ${letters.toLowerCase()} `)).toBe('SmsPasswordRequested');
    expect(await answer(id, letters)).toBe('CaptchaRejected');
  });

  test('is spent by a wrong answer', async () => {
    const { id } = await create('IMAGE');
    expect(await answer(id, 'WRONG')).toBe('CaptchaRejected');
    expect(await answer(id, await lettersOf(id))).toBe('CaptchaRejected');
  });

  test('is good for two minutes', async () => {
    const [fresh, old] = [await create('IMAGE'), await create('IMAGE')];
    const [letters, oldLetters] = [await lettersOf(fresh.id), await lettersOf(old.id)];
    product.clock.advance({ seconds: 115 });
    expect(await answer(fresh.id, letters)).toBe('SmsPasswordRequested');
    product.clock.advance({ seconds: 6 });
    expect(await answer(old.id, oldLetters)).toBe('CaptchaRejected');
  });

  test('that nobody made is rejected like a wrong one', async () => {
    const { id } = await create('IMAGE');
    const letters = await lettersOf(id);
    for (const forged of ['', 'x', '....', `${id}x`, id.slice(1), id.replace(/\.[^.]+$/, '.AAAA')])
      expect(await answer(forged, letters)).toBe('CaptchaRejected');
    expect(await answer(id, letters)).toBe('SmsPasswordRequested');
  });
});

describe('a proof of work', () => {
  test('is ALTCHA’s: its solver finds the number, and its payload is the answer, once', async () => {
    const { id, image, challenge } = await create('PROOF_OF_WORK');
    expect(image).toBeNull();
    expect(Object.keys(JSON.parse(challenge!) as object).toSorted()).toEqual([
      'algorithm',
      'challenge',
      'maxnumber',
      'salt',
      'signature',
    ]);
    const { maxnumber: _maxnumber, ...solved } = await work(challenge!);
    expect(await answer(id, payload({ ...solved, took: 12 }))).toBe('SmsPasswordRequested');
    expect(await answer(id, payload(solved))).toBe('CaptchaRejected');
  });

  test('is solved by the developer tools, too', async () => {
    const { id } = await create('PROOF_OF_WORK');
    expect(await answer(id, await lettersOf(id))).toBe('SmsPasswordRequested');
  });

  test('takes no other number, no other task’s solution, and no task of one’s own making', async () => {
    const other = await work((await create('PROOF_OF_WORK')).challenge!);
    type Forge = (solved: Challenge & { number: number }) => unknown;
    const ways: Forge[] = [
      (solved) => payload({ ...solved, number: solved.number + 1 }),
      (solved) => payload({ ...solved, number: String(solved.number) }),
      () => payload(other),
      (solved) => payload({ ...other, signature: solved.signature }),
      (solved) => payload({ ...solved, signature: '0'.repeat(64) }),
      (solved) => payload({ ...solved, algorithm: 'SHA-1' }),
      (solved) => payload({ ...solved, algorithm: 'none' }),
      (solved) => payload({ ...solved, salt: `${solved.salt}1` }),
      (solved) => payload([solved]),
      () => payload({}),
      () => 'bnVsbA==',
      () => '',
      () => '%%%',
      (solved) => JSON.stringify(solved),
    ];
    for (const forge of ways) {
      const { id, challenge } = await create('PROOF_OF_WORK');
      expect(await answer(id, String(forge(await work(challenge!))))).toBe('CaptchaRejected');
    }
    expect(product.log()).toBe('');
  });

  test('is no picture, and a picture is no proof of work', async () => {
    const [picture, task] = [await create('IMAGE'), await create('PROOF_OF_WORK')];
    const solved = payload(await work(task.challenge!));
    expect(await answer(picture.id, solved)).toBe('CaptchaRejected');
    expect(await answer(task.id, '')).toBe('CaptchaRejected');
  });

  test('is good for two minutes', async () => {
    const { id, challenge } = await create('PROOF_OF_WORK');
    const solved = payload(await work(challenge!));
    product.clock.advance({ seconds: 121 });
    expect(await answer(id, solved)).toBe('CaptchaRejected');
  });
});
