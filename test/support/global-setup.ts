import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startThrowAway } from '../../src/adapters/postgres/throw-away.ts';
import { makeTemplate, type TestServer } from './database.ts';
import { buildWebIfStale } from './web-build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

/** One PostgreSQL for the run, a throw-away one unless TEST_DATABASE_URL names one, with a template that each test copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildWebIfStale();
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? undefined : await startThrowAway(300);
  const adminUrl = given ?? server!.url('postgres');
  const template = `internet_assistant_template_${process.pid}`;
  await makeTemplate(adminUrl, template);
  project.provide('testServer', { adminUrl, template });
  return async () => {
    if (server) return server.stop();
    const client = new pg.Client(adminUrl);
    await client.connect();
    await client.query(`DROP DATABASE ${template}`);
    await client.end();
  };
}
