import type { ServiceOrderKind } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import type { Money } from '../format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { useWords } from '../texts/words.ts';
import type { LineService } from './use-services.ts';

interface Props {
  service: LineService;
  kind: ServiceOrderKind;
  /** What the order costs at once. */
  fee: Money;
  onConfirm: () => void;
  onClose: () => void;
}

/** Before an order that costs money: how much, when, and of what. */
export function ConfirmOrder({ service: { service, recurringFee }, kind, fee, onConfirm, onClose }: Props) {
  const { t, f } = useWords();
  const { available } = useLine();
  const { confirm } = t.services;
  const adding = kind === 'ACTIVATE';
  const per = service.recurrence === 'DAILY' ? t.services.perDay : t.services.perMonth;
  const facts: [string, string][] = [
    [confirm.once, f.money(fee)],
    ...(adding && Number(recurringFee.amount) > 0
      ? [[confirm.later, per(f.price(recurringFee))] as [string, string]]
      : []),
    [confirm.available, f.money(available)],
  ];
  return (
    <Dialog
      title={adding ? confirm.title(service.name) : confirm.off(service.name)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" onClick={onConfirm}>
            {adding ? confirm.on : confirm.offAction}
          </Button>
        </>
      }
    >
      <Facts facts={facts} />
      <p>{confirm.note}</p>
    </Dialog>
  );
}
