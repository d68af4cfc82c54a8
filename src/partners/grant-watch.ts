import type { App } from '../ports/app.ts';
import { LifeWatch } from '../sign-in/life-watch.ts';
import { type GrantKey, grantsTopic, liveGrants } from './grants.ts';

/** Notices that partners' leave has ended. */
export const openGrantWatch = (app: Pick<App, 'db' | 'wakeUps'>): LifeWatch<GrantKey> =>
  new LifeWatch(app.wakeUps, {
    topicOf: ({ subscriberId }) => grantsTopic(subscriberId),
    liveOnes: (grants) => liveGrants(app, grants),
  });
