import { SERVICES } from '../../prisma/demo/services.ts';
import { TARIFFS } from '../../prisma/demo/tariffs.ts';

/** The demo operator's catalogue as a file would say it, to be changed. */
export const demoCatalogue = (): any =>
  JSON.parse(
    JSON.stringify({ services: SERVICES, tariffs: TARIFFS }, (_key, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  );
