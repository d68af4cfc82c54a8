import { expect, test } from 'vitest';
import { openLog } from '../../src/seeing/log.ts';
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
