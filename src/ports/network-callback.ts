/** The way in for news that the network brings by itself. */
export interface NetworkCallback {
  /** Takes what came; it is a hint that an order may have changed, whatever else it says. Never throws. */
  hear(body: unknown): void;
}
