/** What time it is. Rules and statements take the time from here, so that tests can move it. */
export interface Clock {
  now(): Date;
}
