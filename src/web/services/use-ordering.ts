import { useClient, useMutation } from 'urql';
import {
  ActivateServiceDocument,
  CancelServiceOrderDocument,
  DeactivateServiceDocument,
  type ServiceOrderKind,
} from '../../generated/operations.ts';
import { samePerson } from '../graphql/session.ts';
import { useShown } from '../parts/shown.ts';
import { announce } from '../parts/toasts.tsx';
import { useWish } from '../parts/wish.ts';
import { useWords } from '../texts/words.ts';
import { orderedAgain } from './outcomes.ts';
import { refreshStandings } from './standings.ts';
import { type Refusal, useRefusal } from './use-refusal.ts';
import type { LineService } from './use-services.ts';

export interface Ordering {
  /** Which order is on its way to the server, the network permitting. */
  sending: ServiceOrderKind | undefined;
  refusal: Refusal | undefined;
  order: (kind: ServiceOrderKind) => Promise<void>;
  cancel: (orderId: string) => Promise<void>;
  /** A cancellation is on its way. */
  cancelling: boolean;
}

/** Adding, removing and taking back one service, each wish under a key of its own. */
export function useOrdering(row: LineService): Ordering {
  const { id, service } = row;
  const { t } = useWords();
  const client = useClient();
  const wish = useWish(id);
  const { refusal, refuse, forget } = useRefusal(row);
  const [, activate] = useMutation(ActivateServiceDocument);
  const [, deactivate] = useMutation(DeactivateServiceDocument);
  const [{ fetching: cancelling }, takeBack] = useMutation(CancelServiceOrderDocument);
  const shown = useShown();

  const order = async (kind: ServiceOrderKind) => {
    forget();
    orderedAgain(id);
    const idempotencyKey = wish.keyFor(kind);
    const input = { serviceCode: service.code, idempotencyKey };
    const result =
      kind === 'ACTIVATE'
        ? (await activate({ input })).data?.activateService
        : (await deactivate({ input })).data?.deactivateService;
    if (!wish.cameBack(idempotencyKey, result !== undefined)) return;
    if (result?.__typename === 'ServiceOrderAccepted') return;
    // Who has gone on to another page hears of it there
    if (!shown.current) announce(`${service.name}: ${result?.message ?? t.notDone}`, 'bad');
    // What was shown was no longer so
    await (result ? refuse(result, refreshStandings(client)) : refuse('not done'));
  };
  const cancel = async (orderId: string) => {
    const isTheirs = samePerson();
    forget();
    const result = (await takeBack({ input: { orderId } })).data?.cancelServiceOrder;
    if (!isTheirs()) return;
    const fresh = refreshStandings(client);
    if (result?.__typename !== 'ServiceOrderCancelled') {
      if (!shown.current) announce(`${service.name}: ${result?.message ?? t.notDone}`, 'bad');
      await refuse(result ?? 'not done', fresh);
    }
    await fresh;
  };
  const sending = wish.underWay as ServiceOrderKind | undefined;
  return { sending, refusal, order, cancel, cancelling };
}
