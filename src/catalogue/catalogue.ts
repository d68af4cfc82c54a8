import type { Prisma, Service, TariffService } from '../generated/prisma/client.ts';
import type { MinorUnits } from '../money.ts';

export type TariffWithTerms = Prisma.TariffGetPayload<{ include: { allowances: true; rates: true } }>;

/** What the catalogue's tables hold. */
export interface CatalogueRows {
  services: Service[];
  tariffs: TariffWithTerms[];
  requirements: { serviceCode: string; requiredCode: string }[];
  exclusions: { serviceCode: string; otherCode: string }[];
  tariffServices: TariffService[];
}

/** How one tariff treats one service. */
export interface ServiceTerms {
  carried: boolean;
  connectionFee: MinorUnits;
  recurringFee: MinorUnits;
}

/** All services and tariffs at one moment, in the operator's order; never changed once made. */
export class Catalogue {
  readonly services: readonly Service[];
  readonly tariffs: readonly TariffWithTerms[];
  readonly #services: Map<string, Service>;
  readonly #tariffs: Map<string, TariffWithTerms>;
  readonly #places: Map<string, number>;
  readonly #required: Map<string, Service[]>;
  readonly #dependents: Map<string, Service[]>;
  readonly #conflicts: Map<string, Service[]>;
  readonly #terms: Map<string, TariffService>;

  constructor(rows: CatalogueRows) {
    this.services = rows.services;
    this.tariffs = rows.tariffs;
    this.#services = new Map(rows.services.map((service) => [service.code, service]));
    this.#places = new Map(rows.services.map(({ code }, place) => [code, place]));
    this.#tariffs = new Map(rows.tariffs.map((tariff) => [tariff.code, tariff]));
    this.#required = this.#linked(rows.requirements.map((r) => [r.serviceCode, r.requiredCode]));
    this.#dependents = this.#linked(rows.requirements.map((r) => [r.requiredCode, r.serviceCode]));
    this.#conflicts = this.#linked(
      [...excluding(rows), ...banning(rows.services)].flatMap(([a, b]) => [
        [a, b],
        [b, a],
      ]),
    );
    this.#terms = new Map(
      rows.tariffServices.map((terms) => [termsKey(terms.tariffCode, terms.serviceCode), terms]),
    );
  }

  service(code: string): Service | undefined {
    return this.#services.get(code);
  }

  /** The services with these codes, in the catalogue's order. */
  servicesWith(codes: Iterable<string>): Service[] {
    const places: number[] = [];
    for (const code of codes) {
      const place = this.#places.get(code);
      if (place !== undefined) places.push(place);
    }
    return places.toSorted((one, other) => one - other).map((place) => this.services[place]!);
  }

  tariff(code: string): TariffWithTerms | undefined {
    return this.#tariffs.get(code);
  }

  /** Services of which one at least must be on for this one to work; empty: it needs none. */
  requiredBy(code: string): readonly Service[] {
    return this.#required.get(code) ?? [];
  }

  /** Services that may need this one. */
  dependentsOf(code: string): readonly Service[] {
    return this.#dependents.get(code) ?? [];
  }

  /** Services that cannot be on together with this one, whichever side says so. */
  conflictsOf(code: string): readonly Service[] {
    return this.#conflicts.get(code) ?? [];
  }

  terms(tariffCode: string, service: Service): ServiceTerms {
    const own = this.#terms.get(termsKey(tariffCode, service.code));
    return {
      carried: own?.carried ?? true,
      connectionFee: own?.connectionFee ?? service.connectionFee,
      recurringFee: own?.recurringFee ?? service.recurringFee,
    };
  }

  /** Tariffs open to new subscribers that carry the service. */
  carriersOf(service: Service): readonly TariffWithTerms[] {
    return this.tariffs.filter((tariff) => !tariff.archived && this.terms(tariff.code, service).carried);
  }

  /** The linked services of each code, in the catalogue's order and once each. */
  #linked(pairs: (readonly [string, string])[]): Map<string, Service[]> {
    const codes = new Map<string, Set<string>>();
    for (const [from, to] of pairs) codes.set(from, (codes.get(from) ?? new Set()).add(to));
    return new Map(
      [...codes].map(([from, to]) => [from, this.services.filter((service) => to.has(service.code))]),
    );
  }
}

const termsKey = (tariffCode: string, serviceCode: string): string => `${tariffCode}/${serviceCode}`;

const excluding = (rows: CatalogueRows): [string, string][] =>
  rows.exclusions.map((e) => [e.serviceCode, e.otherCode]);

const banning = (services: Service[]): [string, string][] =>
  services.flatMap((ban) =>
    services
      .filter((service) => ban.bansCategory === service.category && service !== ban)
      .map((service): [string, string] => [ban.code, service.code]),
  );
