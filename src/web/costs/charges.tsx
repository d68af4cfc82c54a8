import { useQuery } from 'urql';
import { ChargesDocument } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { listsForgotten, useReadingOn } from '../graphql/reading-on.ts';
import { Failure } from '../parts/failure.tsx';
import { Fold } from '../parts/fold.tsx';
import { useLastRead } from '../parts/last-read.ts';
import { More } from '../parts/more.tsx';
import { useReturn } from '../parts/returning.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import { SpendingTable } from './spending-table.tsx';

const PAGE = 20;

/** What was taken from the account, each with its cause; read when somebody wants to see it. */
export function Charges() {
  const { t } = useWords();
  return (
    <Fold title={t.costs.charges}>
      <List />
    </Fold>
  );
}

function List() {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const { variables, readOn } = useReadingOn('charges', PAGE);
  const [{ data, error, fetching, stale }, reload] = useQuery({
    query: ChargesDocument,
    variables,
    // No event tells of fees that fall due
    requestPolicy: 'cache-and-network',
  });
  useReturn(() => {
    listsForgotten(['charges']);
    reload();
  });
  const charges = useLastRead(data?.me?.charges);
  const failure = error && <Failure retry={reload} />;
  if (!charges) return failure ?? <Skeleton rows={2} />;
  if (!charges.edges.length) return failure ?? <p>{t.costs.chargesEmpty}</p>;
  return (
    <>
      {failure}
      <SpendingTable>
        {charges.edges.map(({ node }) => (
          <tr key={node.id}>
            <th scope="row">{f.date(node.at, timeZone)}</th>
            <td>{node.description}</td>
            <td>{f.money(node.amount)}</td>
          </tr>
        ))}
      </SpendingTable>
      <More pageInfo={charges.pageInfo} busy={fetching || stale} readOn={readOn} />
    </>
  );
}
