import { Page, Section } from '../parts/page.tsx';
import { useWords } from '../texts/words.ts';
import { Everywhere } from './everywhere.tsx';
import { PartnerList } from './partner-list.tsx';
import { SessionList } from './session-list.tsx';

/** Who speaks for this line: sessions and the way out of all of them, and the partner apps that were let in. */
export function SessionsPage() {
  const { t } = useWords();
  return (
    <Page title={t.sessions.title} lead={t.sessions.lead}>
      <SessionList />
      <Everywhere />
      <Section title={t.partners.title}>
        <PartnerList />
      </Section>
    </Page>
  );
}
