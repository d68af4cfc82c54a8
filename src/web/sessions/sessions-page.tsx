import { Page } from '../parts/page.tsx';
import { useWords } from '../texts/words.ts';
import { Everywhere } from './everywhere.tsx';
import { SessionList } from './session-list.tsx';

/** Who speaks for this line: sessions, and a way out of all of them. Partner apps find their place between the two. */
export function SessionsPage() {
  const { t } = useWords();
  return (
    <Page title={t.sessions.title} lead={t.sessions.lead}>
      <SessionList />
      <Everywhere />
    </Page>
  );
}
