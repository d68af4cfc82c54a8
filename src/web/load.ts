import { fetchOnce, Trying } from './connection.ts';

const RELOADED = 'reloaded-for-a-part';

const isReachable = (): Promise<boolean> =>
  fetchOnce('/health/live').then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * A part of the page, fetched until it is there. One that is gone while the server answers was replaced by a newer
 * release, or the browser remembers that it failed: the whole page is then read anew, once.
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  const trying = new Trying();
  for (;;) {
    try {
      const part = await load();
      trying.worked();
      sessionStorage.removeItem(RELOADED);
      return part;
    } catch (error) {
      await trying.failed();
      if (!(await isReachable())) continue;
      const part = await load().catch(() => undefined);
      trying.over();
      if (part) return part;
      if (sessionStorage.getItem(RELOADED)) throw error;
      sessionStorage.setItem(RELOADED, 'yes');
      location.reload();
    }
  }
}

/** Has parts fetched that may be wanted next, once there is nothing else to do: then no lost connection is in the way. */
export function loadWhenIdle(loads: readonly (() => Promise<unknown>)[]): void {
  // Safari has no idle callbacks; a moment later will do
  const later = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 1_000));
  later(() => {
    for (const load of loads) load().catch(() => {});
  });
}
