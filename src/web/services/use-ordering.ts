import { useState } from 'react';
import { useClient, useMutation } from 'urql';
import {
  ActivateServiceDocument,
  CancelServiceOrderDocument,
  DeactivateServiceDocument,
  type ServiceOrderKind,
} from '../../generated/operations.ts';
import { useShown } from '../parts/shown.ts';
import { announce } from '../parts/toasts.tsx';
import { useWish } from '../parts/wish.ts';
import { orderedAgain } from './outcomes.ts';
import { refreshStandings } from './standings.ts';
import type { LineService } from './use-services.ts';

export interface Ordering {
  /** Which order is on its way to the server, the network permitting. */
  sending: ServiceOrderKind | undefined;
  refusal: { message: string; supportPhone?: string } | 'not done' | undefined;
  order: (kind: ServiceOrderKind) => Promise<void>;
  cancel: (orderId: string) => Promise<void>;
  /** A cancellation is on its way. */
  cancelling: boolean;
}

/** Adding, removing and taking back one service, each wish under a key of its own. */
export function useOrdering({ id, service }: Pick<LineService, 'id' | 'service'>): Ordering {
  const client = useClient();
  const wish = useWish();
  const [sending, setSending] = useState<ServiceOrderKind>();
  const [refusal, setRefusal] = useState<Ordering['refusal']>();
  const [, activate] = useMutation(ActivateServiceDocument);
  const [, deactivate] = useMutation(DeactivateServiceDocument);
  const [{ fetching: cancelling }, takeBack] = useMutation(CancelServiceOrderDocument);
  const shown = useShown();

  const order = async (kind: ServiceOrderKind) => {
    setSending(kind);
    setRefusal(undefined);
    orderedAgain(id);
    const input = { serviceCode: service.code, idempotencyKey: wish.keyFor(kind) };
    const result =
      kind === 'ACTIVATE'
        ? (await activate({ input })).data?.activateService
        : (await deactivate({ input })).data?.deactivateService;
    setSending(undefined);
    wish.cameBack(result !== undefined);
    if (!result) return setRefusal('not done');
    if (result.__typename === 'ServiceOrderAccepted') return;
    setRefusal(result);
    // Who has gone on to another page hears of it there
    if (!shown.current) announce(`${service.name}: ${result.message}`, 'bad');
    // What was shown was no longer so
    await refreshStandings(client);
  };
  const cancel = async (orderId: string) => {
    setRefusal(undefined);
    const result = (await takeBack({ input: { orderId } })).data?.cancelServiceOrder;
    if (!result) setRefusal('not done');
    else if (result.__typename !== 'ServiceOrderCancelled') setRefusal(result);
    await refreshStandings(client);
  };
  return { sending, refusal, order, cancel, cancelling };
}
