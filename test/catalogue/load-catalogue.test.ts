import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { PlainError } from '../../src/ports/plain-error.ts';
import { catalogueFile, loadCatalogue } from '../../src/catalogue/load-catalogue.ts';
import { readCatalogue } from '../../src/catalogue/source.ts';
import { demoCatalogue } from '../support/demo-catalogue.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

const rows = async () => {
  const { services, tariffs } = product.app.catalogue.current();
  return { services: services.map(({ code }) => code), tariffs: tariffs.map(({ code }) => code) };
};

test('a file that says what there is changes nothing, and again nothing', async () => {
  const before = await rows();
  for (let i = 0; i < 2; i++) await loadCatalogue(product.app, catalogueFile.parse(demoCatalogue()));
  expect(await rows()).toEqual(before);
});

test('a new service is offered at once, a price is the new one, and an unused service is gone', async () => {
  const file = demoCatalogue();
  const added = { ...file.services[0], code: 'BRAND_NEW', requires: [], excludes: ['ANTISPAM'] };
  file.services.find(({ code }: { code: string }) => code === 'WEATHER').connectionFee = 1_23;
  file.services = [
    ...file.services.filter(({ code }: { code: string }) => code !== 'CONTENT_HOROSCOPE'),
    added,
  ];
  for (const tariff of file.tariffs)
    tariff.services = tariff.services.filter(
      (each: { serviceCode: string }) => each.serviceCode !== 'CONTENT_HOROSCOPE',
    );
  await loadCatalogue(product.app, catalogueFile.parse(file));
  await expect.poll(() => product.app.catalogue.current().service('BRAND_NEW')?.code).toBe('BRAND_NEW');
  const catalogue = product.app.catalogue.current();
  expect(catalogue.service('WEATHER')!.connectionFee).toBe(123n);
  expect(catalogue.service('CONTENT_HOROSCOPE')).toBeUndefined();
  expect(catalogue.conflictsOf('ANTISPAM').map(({ code }) => code)).toContain('BRAND_NEW');
});

test('what lines have cannot be left out, and then nothing is changed', async () => {
  const file = demoCatalogue();
  file.services = file.services.filter(({ code }: { code: string }) => code !== 'CALLER_ID');
  for (const tariff of file.tariffs)
    tariff.services = tariff.services.filter(
      (each: { serviceCode: string }) => each.serviceCode !== 'CALLER_ID',
    );
  await expect(loadCatalogue(product.app, catalogueFile.parse(file))).rejects.toThrow(PlainError);
  expect(await product.app.db.service.count({ where: { code: 'CALLER_ID' } })).toBe(1);
  expect(await product.app.db.serviceExclusion.count()).toBeGreaterThan(0);
});

const feesIn = (catalogue: Catalogue) =>
  catalogue.tariffs.map(({ code }) => catalogue.services.map((service) => catalogue.terms(code, service)));

test('a load that commits while the catalogue is read is in nothing of what was read', async () => {
  const { db } = product.app;
  const before = await readCatalogue(db);
  const reading = await db.$transaction(async (tx) => {
    // The last of the tables that are read: the others are by then
    await tx.$executeRaw`LOCK TABLE tariff_services`;
    const read = readCatalogue(db);
    await expect
      .poll(() => db.$queryRaw`SELECT 1 AS waiting FROM pg_locks WHERE NOT granted`)
      .toEqual([{ waiting: 1 }]);
    await tx.service.update({ where: { code: 'WEATHER' }, data: { connectionFee: 7_77n } });
    await tx.tariffService.updateMany({ data: { connectionFee: 7_77n } });
    return { read };
  });
  const found = await reading.read;
  expect(feesIn(found)).toEqual(feesIn(before));
  expect(feesIn(await readCatalogue(db))).not.toEqual(feesIn(before));
});

describe('what is wrong with a file is said', () => {
  test.each([
    [
      'a code of its own twice',
      (file: any) => file.services.push(file.services[0]),
      'two services have one code',
    ],
    [
      'a service that is not there',
      (file: any) => (file.services[0].requires = ['NOTHING']),
      'names NOTHING',
    ],
    ['itself', (file: any) => (file.services[0].excludes = [file.services[0].code]), 'which it cannot'],
    ['a fee below nothing', (file: any) => (file.services[0].connectionFee = -1), 'connectionFee'],
    ['an unknown word', (file: any) => (file.services[0].colour = 'red'), 'colour'],
    [
      'two units for one kind',
      (file: any) => (file.tariffs[0].allowances[0].unit = 'SECOND'),
      'in another unit',
    ],
  ])('%s', (_what, spoil, fault) => {
    const file = demoCatalogue();
    spoil(file);
    const given = catalogueFile.safeParse(file);
    expect(JSON.stringify(given.error?.issues)).toContain(fault);
  });
});
