import { useState } from 'react';
import { useQuery } from 'urql';
import { ServicesDocument, type ServicesQuery } from '../../generated/operations.ts';
import { PAGE } from './standings.ts';

export type LineService = NonNullable<ServicesQuery['me']>['services']['edges'][number]['node'];

interface Services {
  services: LineService[] | undefined;
  failed: boolean;
  reload: () => void;
}

/** All services of the catalogue as they stand on the line: they are searched here, not asked for again and again. */
export function useServices(): Services {
  const [after, setAfter] = useState<string>();
  const variables = after ? { first: PAGE, after } : { first: PAGE };
  const [{ data, error }, execute] = useQuery({ query: ServicesDocument, variables });
  const list = data?.me?.services;
  // The cache joins the pages; the next one is fetched until there are no more
  const next = list?.pageInfo.hasNextPage ? list.pageInfo.endCursor : undefined;
  if (next && next !== after) setAfter(next);
  return {
    services: list?.edges.map(({ node }) => node),
    failed: error !== undefined,
    reload: () => execute({ requestPolicy: 'network-only' }),
  };
}

export interface Filter {
  search: string;
  category: LineService['service']['category'] | 'ALL';
  status: 'all' | 'on' | 'moving';
}

const isOn = ({ status }: LineService): boolean => status === 'ACTIVE' || status === 'DEACTIVATING';
export const isMoving = ({ openOrder }: LineService): boolean =>
  openOrder !== null && openOrder !== undefined;

export function matches(service: LineService, { search, category, status }: Filter): boolean {
  const { name, description, code } = service.service;
  const words = search.trim().toLocaleLowerCase().split(/\s+/);
  const text = `${name} ${description} ${code}`.toLocaleLowerCase();
  return (
    words.every((word) => text.includes(word)) &&
    (category === 'ALL' || service.service.category === category) &&
    (status === 'all' || (status === 'on' ? isOn(service) : isMoving(service)))
  );
}
