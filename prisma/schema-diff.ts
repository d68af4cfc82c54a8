import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import type pg from 'pg';

// The schema engine's binary would have to be downloaded; the same engine comes from npm as WebAssembly.

const SCHEMA = fileURLToPath(new URL('./schema.prisma', import.meta.url));
/** pgboss keeps its own schema; this table is the migrator's. */
const NOT_OURS = { externalTables: ['public._prisma_migrations'], externalEnums: [] };
/** As far as it is used here; TypeScript has it with the browser's types only. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

/** PostgreSQL's own catalogue has types that Prisma's adapter does not know: "char" and name[], read as text and text[]. */
const CHAR = 18;
const READ_AS: Record<number, number> = { [CHAR]: 25, 1003: 1009 };

/** Where the engine leaves what it says when it panics; without a place for it the reason would be lost. */
Object.assign(globalThis, {
  PRISMA_WASM_PANIC_REGISTRY: {
    set_message(message: string): never {
      throw new Error(`The schema engine gave up: ${message}`);
    },
  },
});

/** The glue code keeps one instance's memory: a second one in the same process would corrupt it. */
let loaded: Promise<void> | undefined;

async function load(): Promise<void> {
  const glue = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const bytes = await readFile(glue.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
}

/** Prisma's adapter, taught the types that it has no name for; one connection, one query at a time. */
class CatalogueReader extends PrismaPg {
  #close = async (): Promise<void> => {};

  override async connect() {
    const adapter = await super.connect();
    this.#close = () => adapter.dispose();
    const pool = adapter.underlyingDriver();
    let oids: number[] = [];
    const ask = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
    pool.query = (async (...args: unknown[]) => {
      const result = await ask(...args);
      oids = result.fields.map((field) => field.dataTypeID);
      for (const field of result.fields) field.dataTypeID = READ_AS[field.dataTypeID] ?? field.dataTypeID;
      return result;
    }) as never;
    const read = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await read(query);
      oids.forEach((oid, column) => {
        if (oid === CHAR) result.columnTypes[column] = ColumnTypeEnum.Character;
      });
      return result;
    };
    return adapter;
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** The SQL that would bring the database to what schema.prisma says; empty where they agree. */
export async function schemaDiff(url: string): Promise<string> {
  await (loaded ??= load());
  const schema = { path: SCHEMA, content: await readFile(SCHEMA, 'utf8') };
  const reader = new CatalogueReader({ connectionString: url, max: 1 });
  const migrator = await engine.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(reader),
  );
  try {
    const { stdout } = await migrator.diff({
      from: { tag: 'schemaDatasource', files: [schema], configDir: dirname(SCHEMA) },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters: NOT_OURS,
    } as never);
    return !stdout || stdout.startsWith('-- This is an empty migration') ? '' : stdout;
  } finally {
    await reader.close();
  }
}
