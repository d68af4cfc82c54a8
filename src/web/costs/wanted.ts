import type { DetailDelivery, DetailFormat } from '../../generated/operations.ts';
import type { Period } from './days.ts';

/** What statement is wanted, or was. */
interface Wanted extends Period {
  format: DetailFormat;
  delivery: DetailDelivery;
  email?: string | null;
}

/** The wish for such a statement in words that are the same for the same one. */
export const wishFor = ({ from, to, format, delivery, email }: Wanted): string =>
  JSON.stringify({ from, to, format, delivery, email: email ?? null });
