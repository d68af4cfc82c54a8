import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { signOut } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FieldError } from '../parts/field.tsx';
import { useShown } from '../parts/shown.ts';
import { announce } from '../parts/toasts.tsx';
import { useWords } from '../texts/words.ts';

/** The way out of all sessions at once. */
export function Everywhere() {
  const { t } = useWords();
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const shown = useShown();
  // As it is when the answer comes
  const open = useRef(false);
  const ask = (now: boolean) => {
    open.current = now;
    setAsking(now);
    setError(undefined);
  };
  const leave = () => {
    setBusy(true);
    setError(undefined);
    signOut(true).then(
      () => go('/'),
      () => {
        setBusy(false);
        if (shown.current && open.current) setError(t.noAnswer);
        else announce(t.noAnswer, 'bad');
      },
    );
  };
  return (
    <div>
      <Button look="danger" icon="exit" onClick={() => ask(true)}>
        {t.sessions.everywhere}
      </Button>
      {asking && (
        <Dialog
          title={t.sessions.everywhereAsk}
          onClose={() => ask(false)}
          actions={
            <>
              {/* What is on its way is not taken back by closing the question */}
              <Button onClick={() => ask(false)}>{busy ? t.close : t.cancel}</Button>
              <Button look="danger" busy={busy} onClick={leave}>
                {t.sessions.everywhere}
              </Button>
            </>
          }
        >
          <p>{t.sessions.everywhereNote}</p>
          <FieldError error={error} />
        </Dialog>
      )}
    </div>
  );
}
