import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShownMail } from '../../src/adapters/mail/dev-mail.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ settings: { MAIL_FROM: 'Оператор <no-reply@operator.example>' } });
});
afterAll(() => product.stop());

test('mail is seen at /dev/mail, by its address, with its attachments', async () => {
  const { mail, files } = product.app;
  await files.write(
    'statement.csv',
    (async function* content() {
      yield Buffer.from('Дата;Время\r\n');
    })(),
  );
  for (const to of ['anna@example.ru', 'oleg@example.ru'])
    await mail.send({
      id: `order-of-${to}`,
      to,
      subject: 'Детализация',
      text: 'Файл приложен.',
      attachments: [
        {
          filename: 'детализация.csv',
          contentType: 'text/csv; charset=utf-8',
          content: async () => (await files.read('statement.csv'))!.content,
        },
      ],
    });
  const get = (path: string) => fetch(product.url + path);
  const shown = (await (await get('/dev/mail?to=anna%40example.ru')).json()) as ShownMail[];
  expect(shown).toMatchObject([
    {
      to: 'anna@example.ru',
      from: 'Оператор <no-reply@operator.example>',
      subject: 'Детализация',
      attachments: [{ filename: 'детализация.csv', size: 21 }],
    },
  ]);
  expect(await (await get('/dev/mail')).json()).toHaveLength(2);
  const file = await get(shown[0]!.attachments[0]!.path);
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(await file.text()).toBe('Дата;Время\r\n');
  expect((await get('/dev/mail/mail.jsonl')).status).toBe(404);
});

test('a file can be read in part through the app, and is removed once', async () => {
  const { files } = product.app;
  await files.write(
    'a.pdf',
    (async function* content() {
      yield Buffer.from('0123456789');
    })(),
  );
  const part = await files.read('a.pdf', { start: 2, end: 4 });
  expect([part!.size, (await buffer(part!.content)).toString()]).toEqual([10, '234']);
  await files.remove('a.pdf');
  expect(await files.read('a.pdf')).toBeUndefined();
});
