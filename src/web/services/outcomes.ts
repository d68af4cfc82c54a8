import { Store, useStore } from '../store.ts';

/** Why the last order about a service failed, by the service on the line, until there is another. */
const failures = new Store<Readonly<Record<string, string>>>({});

export const orderFailed = (id: string, message: string): void =>
  failures.set({ ...failures.get(), [id]: message });

export const orderedAgain = (id: string): void => {
  const { [id]: _forgotten, ...others } = failures.get();
  failures.set(others);
};

/** They are in the words of one language, and one person's. */
export const forgetFailures = (): void => failures.set({});

export const useLastFailure = (id: string): string | undefined => useStore(failures)[id];
