import { fetchOnce, Trying } from './connection.ts';

/** A newer release takes one; a network that loses one thing and another may take some more. */
const MOST_RELOADS = 3;

/** How long it may be until a page that is read anew is gone. */
const RELOAD_MS = 30_000;

/** How often the page was read anew for a part, in this tab. */
const reloadsFor = (name: string): string => `reloads-for:${name}`;

const isReachable = (): Promise<boolean> =>
  fetchOnce('/health/live').then(
    ({ ok }) => ok,
    () => false,
  );

/** Counts that the page is read anew for a part. False: often enough, or a browser that keeps nothing cannot tell. */
function mayReloadFor(name: string): boolean {
  try {
    const before = Number(sessionStorage.getItem(reloadsFor(name)));
    if (before >= MOST_RELOADS) return false;
    sessionStorage.setItem(reloadsFor(name), String(before + 1));
    return true;
  } catch {
    return false;
  }
}

function forgetReloadsFor(name: string): void {
  try {
    sessionStorage.removeItem(reloadsFor(name));
  } catch {
    // Then none was counted
  }
}

/**
 * A part of the page, fetched until it is there. One that is gone while the server answers was replaced by a newer
 * release, or the browser remembers that it failed: the whole page is then read anew, a few times at most.
 */
export async function loadPart<Part>(name: string, load: () => Promise<Part>): Promise<Part> {
  const trying = new Trying();
  for (;;) {
    try {
      const part = await load();
      trying.worked();
      forgetReloadsFor(name);
      return part;
    } catch (error) {
      await trying.failed();
      if (!(await isReachable())) continue;
      const part = await load().catch(() => undefined);
      trying.over();
      if (part) return part;
      if (!mayReloadFor(name)) throw error;
      location.reload();
      // Another reload would begin a slow one anew
      await new Promise((resolve) => setTimeout(resolve, RELOAD_MS));
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
