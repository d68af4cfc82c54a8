import { useState } from 'react';
import { useLocation } from 'wouter';
import { signOut } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FieldError } from '../parts/field.tsx';
import { useWords } from '../texts/words.ts';

/** The way out of all sessions at once. */
export function Everywhere() {
  const { t } = useWords();
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const leave = () => {
    setBusy(true);
    signOut(true).then(
      () => go('/'),
      () => {
        setBusy(false);
        setError(t.noAnswer);
      },
    );
  };
  return (
    <div>
      <Button look="danger" icon="exit" onClick={() => setAsking(true)}>
        {t.sessions.everywhere}
      </Button>
      {asking && (
        <Dialog
          title={t.sessions.everywhereAsk}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{t.cancel}</Button>
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
