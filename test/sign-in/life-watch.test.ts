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

test('however often it is woken while no look succeeds, one look waits to be repeated, and none once nobody watches', async () => {
  vi.useFakeTimers();
  try {
    let wake = () => {};
    const wakeUps = { listen: (_topic: string, heard: () => void) => ((wake = heard), () => {}) } as never;
    const liveOnes = vi
      .fn<(keys: readonly string[]) => Promise<boolean[]>>()
      .mockRejectedValue(new Error('no connection'));
    const stop = new LifeWatch(wakeUps, { topicOf: (key: string) => key, liveOnes }).watch('s', () => {});
    for (let i = 0; i < 20; i++) {
      wake();
      await vi.advanceTimersByTimeAsync(0);
    }
    liveOnes.mockClear();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(liveOnes.mock.calls.length).toBeLessThanOrEqual(11);
    stop();
    liveOnes.mockClear();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(liveOnes).not.toHaveBeenCalled();
  } finally {
    vi.useRealTimers();
  }
});
