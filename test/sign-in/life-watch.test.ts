import { expect, test, vi } from 'vitest';
import { LifeWatch } from '../../src/sign-in/life-watch.ts';

test('a look that failed is repeated soon: whoever was to be shut out is, once the database answers again', async () => {
  vi.useFakeTimers();
  try {
    const wakeUps = { listen: () => () => {} } as never;
    const liveOnes = vi
      .fn<(keys: readonly string[]) => Promise<boolean[]>>()
      .mockRejectedValueOnce(new Error('no connection'))
      .mockResolvedValue([false]);
    const ended = vi.fn<() => void>();
    new LifeWatch(wakeUps, { topicOf: (key: string) => key, liveOnes }).watch('session', ended);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(liveOnes).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});
