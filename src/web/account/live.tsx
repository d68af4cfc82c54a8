import { useCallback, useEffect, useState } from 'react';
import { useClient, useSubscription } from 'urql';
import {
  DetailOrderUpdatedDocument,
  type DetailOrderUpdatedSubscription,
  ServiceOrderUpdatedDocument,
  type ServiceOrderUpdatedSubscription,
  TariffChangeUpdatedDocument,
  type TariffChangeUpdatedSubscription,
} from '../../generated/operations.ts';
import { announce, hush } from '../parts/toasts.tsx';
import { forgetWish } from '../parts/wish.ts';
import { wishFor } from '../costs/wanted.ts';
import { refreshStandings } from '../services/standings.ts';
import { forgetFailures, orderedAgain, orderFailed } from '../services/outcomes.ts';
import { useWords } from '../texts/words.ts';

/**
 * Follows everything that happens to the line's orders, given here or elsewhere: the cache takes it up by itself, and
 * each end is told.
 */
export function Live({ after: now }: { after: string }) {
  const { t, f } = useWords();
  const client = useClient();
  // Where the page began to watch; the streams keep their own place from there
  const [after] = useState(now);
  const variables = { after };
  useEffect(
    () => () => {
      hush();
      forgetFailures();
    },
    [],
  );

  const service = useCallback(
    (_before: unknown, { serviceOrderUpdated: { state, order } }: ServiceOrderUpdatedSubscription) => {
      const { name } = order.service;
      if (state === 'COMPLETED')
        announce(order.kind === 'ACTIVATE' ? t.services.switchedOn(name) : t.services.switchedOff(name));
      if (state === 'CANCELLED') announce(t.services.cancelled(name));
      if (state === 'FAILED') {
        orderFailed(order.subscriberService.id, order.failure?.message ?? t.states.FAILED);
        announce(`${name}: ${order.failure?.message ?? t.states.FAILED}`, 'bad');
      } else orderedAgain(order.subscriberService.id);
      if (order.finishedAt) {
        forgetWish(order.subscriberService.id);
        void refreshStandings(client);
      }
      return null;
    },
    [client, t],
  );
  const tariff = useCallback(
    (_before: unknown, { tariffChangeUpdated: { state, change } }: TariffChangeUpdatedSubscription) => {
      if (state === 'COMPLETED') announce(t.tariff.done(change.toTariff.name));
      if (state === 'FAILED') announce(change.failure?.message ?? t.states.FAILED, 'bad');
      // Services that it ends, and those that the new one has not
      if (change.finishedAt) {
        forgetWish('tariff');
        void refreshStandings(client);
      }
      return null;
    },
    [client, t],
  );
  const statement = useCallback(
    (_before: unknown, { detailOrderUpdated: { state, order } }: DetailOrderUpdatedSubscription) => {
      const period = t.statements.period(f.shortDay(order.from), f.shortDay(order.to));
      if (state === 'COMPLETED') announce(t.statements.ready(period));
      if (state === 'FAILED') announce(order.failure?.message ?? t.states.FAILED, 'bad');
      // There may be several at once
      if (order.finishedAt) forgetWish('statement', wishFor(order));
      return null;
    },
    [t, f],
  );
  useSubscription({ query: ServiceOrderUpdatedDocument, variables }, service);
  useSubscription({ query: TariffChangeUpdatedDocument, variables }, tariff);
  useSubscription({ query: DetailOrderUpdatedDocument, variables }, statement);
  return null;
}
