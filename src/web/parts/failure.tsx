import { useWords } from '../texts/words.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** What stands in the place of something that could not be loaded. */
export function Failure({ retry }: { retry(): void }) {
  const { t } = useWords();
  return (
    <Notice
      tone="bad"
      live
      action={
        <Button look="quiet" icon="reload" onClick={retry}>
          {t.retry}
        </Button>
      }
    >
      {t.failed}
    </Notice>
  );
}
