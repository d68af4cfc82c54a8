import { useQuery } from 'urql';
import { AccountDocument } from '../../generated/operations.ts';

export function Shell() {
  const [{ data, error }] = useQuery({ query: AccountDocument });
  return <main id="content"><pre>{JSON.stringify(data, null, 1)}{error?.message}</pre></main>;
}
