import { expect, test } from 'vitest';
import { errorForLog, openLog } from '../../src/seeing/log.ts';
import { inScope } from '../../src/seeing/scope.ts';

function logged(write: (log: ReturnType<typeof openLog>) => void): Record<string, unknown> {
  let line = '';
  write(openLog({ LOG_LEVEL: 'info' }, { write: (text) => void (line = text) }));
  return JSON.parse(line) as Record<string, unknown>;
}

test('a line says which request, order or job it belongs to', () => {
  const line = inScope({ requestId: 'r', orderId: 'o', job: 'j' }, () =>
    logged((log) => log.warn({ state: 'pending' }, 'words')),
  );
  expect(line).toEqual({
    level: 40,
    time: expect.any(String),
    requestId: 'r',
    order: 'o',
    job: 'j',
    state: 'pending',
    msg: 'words',
  });
});

test('what nobody has allowed is left out of a line, and its name said', () => {
  const line = logged((log) => log.info({ phoneNumber: '+79160000001', order: 'o' }, 'words'));
  expect(line).toMatchObject({ order: 'o', dropped: ['phoneNumber'], msg: 'words' });
  expect(JSON.stringify(line)).not.toContain('7916');
});

test('of an error and of what caused it the last line is said, which has no values of a statement in it', () => {
  const cause = new Error("Invalid invocation:\n  where: { phoneNumber: '+79160000001' }\n\nTimed out");
  expect(errorForLog(new Error('the order was not read', { cause })).message).toBe(
    'the order was not read: Timed out',
  );
});

test('an address that nobody answers at is said, and whatever else is thrown', () => {
  const refused = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}`));
  const tried = Object.assign(new AggregateError(refused), { code: 'ECONNREFUSED' });
  expect(errorForLog(tried)).toMatchObject({
    code: 'ECONNREFUSED',
    message: 'connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1',
  });
  for (const thrown of [null, undefined, 'words'])
    expect(errorForLog(thrown)).toMatchObject({ type: 'Error', message: String(thrown) });
  const round = new Error('round');
  round.cause = round;
  expect(errorForLog(round).message).toBe('round');
});
