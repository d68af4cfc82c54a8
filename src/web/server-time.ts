/** How far the server's clock is ahead of this device's: a phone's may be hours off. */
let ahead = 0;

/** What whole seconds and the way of an answer explain. */
const NEGLIGIBLE_MS = 5_000;

/** Takes up what an answer says of when it was given. */
export function noteTimeOf({ headers }: Response): void {
  const difference = Date.parse(headers.get('date') ?? '') - Date.now();
  if (!Number.isNaN(difference)) ahead = Math.abs(difference) < NEGLIGIBLE_MS ? 0 : difference;
}

/** What time it is for the server, whose moments the page counts down to. */
export const serverNow = (): number => Date.now() + ahead;
