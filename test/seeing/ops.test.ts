import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { serveMetrics, type MetricsServer } from '../../src/seeing/serve-metrics.ts';
import { selectorsIn } from '../support/promql.ts';
import { type Running, startProduct } from '../support/running.ts';
import { type Figures, scrape } from '../support/scrape.ts';

interface Alert {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; runbook_url: string };
}

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const RUNBOOKS = 'docs/runbooks';
/** Prometheus makes these itself, of every process that it asks. */
const PROMETHEUS_OWN = ['up'];
const OWN_LABELS = ['instance', 'job', 'namespace', 'pod', 'role'];

let product: Running;
let server: MetricsServer;
let figures: Figures;
let alerts: Alert[];
let panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[];

beforeAll(async () => {
  product = await startProduct();
  server = await serveMetrics({ port: 0, host: '127.0.0.1' }, () => product.app.takeStock());
  const client = product.client('en');
  await client.signIn('+79160000001');
  figures = await scrape(server.url);
  const { groups } = parse(await readFile(here('ops/alerts.yaml'), 'utf8')) as {
    groups: { rules: Alert[] }[];
  };
  alerts = groups.flatMap(({ rules }) => rules);
  const dashboard = await readFile(here('ops/grafana/dashboard.json'), 'utf8');
  // Grafana puts a time in the place of its variables
  ({ panels } = JSON.parse(dashboard.replaceAll('$__rate_interval', '5m')));
});
afterAll(async () => {
  await server.stop();
  await product.stop();
});

/** What of an expression a running product does not have. */
function missingIn(expression: string): string[] {
  const asked = selectorsIn(expression);
  expect(asked, expression).not.toHaveLength(0);
  return asked
    .filter(({ metric }) => !PROMETHEUS_OWN.includes(metric))
    .flatMap(({ metric, labels }) => {
      if (!figures.metrics.has(metric)) return [metric];
      const known = figures.labelsOf.get(metric);
      const unknown = Object.keys(labels).filter((label) => known && !known.has(label));
      return unknown.filter((label) => !OWN_LABELS.includes(label)).map((label) => `${metric}{${label}}`);
    });
}

test('every metric and label that an alert asks for is there in a running product', () => {
  expect(alerts.length).toBeGreaterThan(10);
  for (const { alert, expr } of alerts) expect(missingIn(expr), alert).toEqual([]);
});

test('every metric and label on the dashboard is there in a running product', () => {
  const drawn = panels.flatMap(({ targets = [] }) => targets);
  expect(drawn.length).toBeGreaterThan(20);
  for (const { expr } of drawn) expect(missingIn(expr), expr).toEqual([]);
});

test('no metric of ours has a label that Prometheus would take for its own, and what others have too is asked for by the job', () => {
  for (const [metric, labels] of figures.labelsOf)
    expect(
      [...labels].filter((label) => OWN_LABELS.includes(label)),
      metric,
    ).toEqual([]);
  const drawn = panels.flatMap(({ targets = [] }) => targets);
  const asked = [...alerts, ...drawn].flatMap(({ expr }) => selectorsIn(expr));
  const isOurs = (metric: string) => metric.startsWith('assistant_');
  expect(asked.filter(({ metric, labels }) => isOurs(metric) === 'job' in labels)).toEqual([]);
});

test('the dashboard shows each of our metrics', () => {
  const drawn = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n');
  const ours = [...figures.metrics].filter((metric) => metric.startsWith('assistant_'));
  const families = new Set(ours.map((metric) => metric.replace(/_(bucket|sum|count)$/, '')));
  expect([...families].filter((family) => !drawn.includes(family))).toEqual([]);
});

test('each alert has a runbook that says what it means, what to look at, what to do and whom to wake', async () => {
  for (const { alert, annotations, labels } of alerts) {
    expect(annotations.runbook_url).toBe(`${RUNBOOKS}/${alert}.md`);
    expect(existsSync(here(annotations.runbook_url)), alert).toBe(true);
    expect(['page', 'ticket']).toContain(labels.severity);
    const text = await readFile(here(annotations.runbook_url), 'utf8');
    const chapters = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(chapters, alert).toEqual(['What it means', 'What to look at', 'What to do', 'Whom to wake']);
    for (const [, metric] of text.matchAll(/`(assistant_\w+)/g))
      expect(figures.metrics, alert).toContain(metric);
    for (const [, other] of text.matchAll(/(?:See|see|unless) ([A-Z]\w+[a-z][A-Z]\w+)/g))
      expect(
        alerts.map((each) => each.alert),
        `${alert} names ${other}`,
      ).toContain(other);
  }
});

test('no runbook is left of an alert that is gone', async () => {
  const names = alerts.map(({ alert }) => `${alert}.md`);
  expect((await readdir(here(RUNBOOKS))).filter((file) => !names.includes(file))).toEqual([]);
});

test('whoever asks for anything else than the figures gets nothing', async () => {
  expect((await fetch(server.url.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(404);
});

test('somebody is woken when no process that serves hears of wake-ups, since none of them is ready', () => {
  const paging = alerts.filter(({ alert, labels }) => alert === 'WakeUpsLost' && labels.severity === 'page');
  expect(paging.map(({ expr }) => expr)).toEqual([expect.stringMatching(/^max .*role!="worker".* == 0$/)]);
});

/** Every document of a file of YAML. */
const documentsOf = async (path: string): Promise<any[]> =>
  parseAllDocuments(await readFile(here(path), 'utf8'), { merge: true }).map((each) => each.toJS());

test('what the autoscaler goes by is found by the adapter, and comes from every pod', async () => {
  const scaling = (await documentsOf('ops/kubernetes/scaling.yaml')).find(
    ({ kind }) => kind === 'HorizontalPodAutoscaler',
  );
  const wanted = scaling.spec.metrics.flatMap(({ pods }: any) => pods?.metric.name ?? []) as string[];
  expect(wanted).toHaveLength(2);
  const [adapter] = await documentsOf('ops/prometheus-adapter.yaml');
  const [, series = ''] = /__name__=~"([^"]+)"/.exec(adapter.rules[0].seriesQuery)!;
  for (const name of wanted) {
    expect(name).toMatch(new RegExp(`^(?:${series})$`));
    expect(figures.metrics.has(name), name).toBe(true);
  }
  const [{ scrape_configs: scraped }] = await documentsOf('ops/prometheus.yaml');
  const [keep, ...labels] = scraped[0].relabel_configs;
  for (const role of ['http', 'worker']) {
    const { spec } = (await documentsOf(`ops/kubernetes/${role}.yaml`)).find(
      ({ kind }) => kind === 'Deployment',
    );
    const { metadata, spec: pod } = spec.template;
    const ports = pod.containers[0].ports.map(({ name }: { name: string }) => name);
    const isKept = (phase: string) => (port: string) =>
      new RegExp(`^(?:${keep.regex})$`).test(`${metadata.labels['app.kubernetes.io/name']};${port};${phase}`);
    expect(ports.filter(isKept('Running'))).toHaveLength(1);
    expect(ports.filter(isKept('Pending'))).toEqual([]);
    expect(metadata.labels['app.kubernetes.io/component']).toBe(role);
  }
  expect(OWN_LABELS).toEqual(expect.arrayContaining(labels.map((each: any) => each.target_label)));
});
