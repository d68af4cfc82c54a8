import { useDeferredValue, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Choices } from '../parts/choices.tsx';
import { Failure } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import { OrderHistory } from './order-history.tsx';
import { ServiceRow } from './service-row.tsx';
import { useFreshStandings } from './standings.ts';
import styles from './services-page.module.css';
import { type Filter, isMoving, type LineService, matches, useServices } from './use-services.ts';

type Category = LineService['service']['category'];
const EVERYTHING: Filter = { search: '', category: 'ALL', status: 'all' };

export function ServicesPage() {
  const { t } = useWords();
  const { services, failed, reload } = useServices();
  return (
    <Page title={t.services.title}>
      {services ? (
        <Catalogue services={services} />
      ) : failed ? (
        <Failure retry={reload} />
      ) : (
        <Skeleton rows={6} />
      )}
      <OrderHistory />
    </Page>
  );
}

function Catalogue({ services }: { services: LineService[] }) {
  const { t, f } = useWords();
  const [filter, setFilter] = useState(EVERYTHING);
  const applied = useDeferredValue(filter);
  const found = services.filter((service) => matches(service, applied));
  const groups = byCategory(found);
  const place = useRef<HTMLParagraphElement>(null);
  useFreshStandings(services.some(isMoving));
  return (
    <>
      <Filters filter={filter} onChange={setFilter} categories={[...byCategory(services).keys()]} />
      <p ref={place} tabIndex={-1} role="status" className={styles['found']}>
        {found.length ? t.services.found(found.length, f.plural) : ''}
      </p>
      {!found.length && (
        <div className={styles['none']}>
          <p role="status">{t.services.none}</p>
          <Button heir={place} onClick={() => setFilter(EVERYTHING)}>
            {t.services.reset}
          </Button>
        </div>
      )}
      {[...groups].map(([category, group]) => (
        <section key={category} aria-label={t.services.categories[category]} className={styles['group']}>
          <h2>{t.services.categories[category]}</h2>
          <ul className={styles['list']}>
            {group.map((service) => (
              <ServiceRow key={service.id} service={service} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function byCategory(services: LineService[]): Map<Category, LineService[]> {
  const groups = new Map<Category, LineService[]>();
  for (const service of services) {
    const group = groups.get(service.service.category);
    if (group) group.push(service);
    else groups.set(service.service.category, [service]);
  }
  return groups;
}

interface FiltersProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
  categories: Category[];
}

function Filters({ filter, onChange, categories }: FiltersProps) {
  const { t } = useWords();
  return (
    <search className={styles['filters']}>
      <label className={styles['search']}>
        <span className="unseen">{t.services.search}</span>
        <Icon name="search" />
        <input
          type="search"
          placeholder={t.services.search}
          value={filter.search}
          onChange={({ target }) => onChange({ ...filter, search: target.value })}
        />
      </label>
      <label className={styles['category']}>
        <span className="unseen">{t.services.category}</span>
        <select
          value={filter.category}
          onChange={({ target }) => onChange({ ...filter, category: target.value as Filter['category'] })}
        >
          <option value="ALL">{t.services.everyCategory}</option>
          {categories.map((category) => (
            <option key={category} value={category}>
              {t.services.categories[category]}
            </option>
          ))}
        </select>
      </label>
      <Choices<Filter['status']>
        label={t.services.filters}
        options={(['all', 'on', 'moving'] as const).map((value) => ({ value, text: t.services[value] }))}
        value={filter.status}
        onChange={(status) => onChange({ ...filter, status })}
      />
    </search>
  );
}
