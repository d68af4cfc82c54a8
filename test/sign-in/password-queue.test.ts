import { expect, test } from 'vitest';
import { Secrets } from '../../src/secrets.ts';
import { PasswordHashing, TooBusy } from '../../src/sign-in/password-hash.ts';

const queue = () => new PasswordHashing(new Secrets(['s'.repeat(32)]), { atOnce: 1, places: 5 });

test('one address may fill its share of the queue, and leaves places to the others', async () => {
  const hashing = queue();
  const all = Promise.withResolvers<void>();
  const wait = () => all.promise;
  const taken = [1, 2, 3, 4].map(() => hashing.inQueue('192.0.2.1', wait));
  await expect(hashing.inQueue('192.0.2.1', wait)).rejects.toThrow(TooBusy);
  taken.push(hashing.inQueue('192.0.2.2', wait));
  await expect(hashing.inQueue('192.0.2.3', wait)).rejects.toThrow(TooBusy);
  all.resolve();
  await Promise.all(taken);
  expect(await hashing.inQueue('192.0.2.1', async () => 'in')).toBe('in');
});
