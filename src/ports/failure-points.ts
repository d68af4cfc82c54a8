/** The places where a process may die with something half done: each is tried. */
export type FailurePoint =
  | 'accept/locked'
  | 'accept/written'
  | 'accept/held'
  | 'accept/told'
  | 'accept/remembered'
  | 'accept/committed'
  | 'step/taken-up'
  | 'step/handed'
  | 'step/submitted'
  | 'step/looked'
  | 'step/put-back'
  | 'finish/locked'
  | 'finish/moved'
  | 'finish/carried-out'
  | 'finish/paid'
  | 'finish/committed'
  | 'cancel/asked'
  | 'assist/tried'
  | 'assist/identified'
  | 'assist/written'
  | 'detail/reported'
  | 'detail/made'
  | 'detail/delivered';

/** Comes by at each of them. In production nothing happens there; a test ends the process, or makes it wait. */
export type Reach = (point: FailurePoint) => void | Promise<void>;
