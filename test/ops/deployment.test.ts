import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Deployment } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Service } from 'kubernetes-models/v1';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { settings } from '../../src/settings.ts';
import { environmentOf, readDockerfile, said } from '../support/dockerfile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MANIFESTS = `${ROOT}ops/kubernetes`;
const KINDS = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
};
/** What whoever runs it adds. */
const secret = {
  DATABASE_URL: 'postgresql://h/d',
  SECRETS_KEYS: 'k'.repeat(32),
  PROVISIONING_URL: 'https://network.example/v4',
};
const known = new Set(Object.keys(settings.shape));

type Labels = Record<string, string>;

interface Container {
  env?: { name: string; value: string }[];
  securityContext: object;
}

interface DeploymentSpec {
  selector: { matchLabels: Labels };
  template: {
    metadata: { labels: Labels };
    spec: {
      terminationGracePeriodSeconds: number;
      securityContext: object;
      containers: Container[];
      initContainers: Container[];
    };
  };
}

/** What is looked at here; all else in them is Kubernetes' own to judge. */
type Manifest =
  | { kind: 'ConfigMap'; data: Record<string, string> }
  | { kind: 'Deployment'; spec: DeploymentSpec }
  | { kind: 'HorizontalPodAutoscaler'; spec: { scaleTargetRef: { name: string }; maxReplicas: number } }
  | { kind: 'Kustomization'; resources: string[] }
  | { kind: 'Namespace' | 'NetworkPolicy' }
  | { kind: 'PodDisruptionBudget'; spec: { selector: { matchLabels: Labels } } }
  | { kind: 'Service'; spec: { selector: Labels } };

/** Every document of every file, with YAML's own anchors followed. */
async function manifests(): Promise<Manifest[]> {
  const names = (await readdir(MANIFESTS)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(names.map((name) => readFile(`${MANIFESTS}/${name}`, 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text, { merge: true }).map((each) => each.toJS()));
}

const deployments = async () => (await manifests()).filter((each) => each.kind === 'Deployment');
const unknown = (names: Iterable<string>) => [...names].filter((name) => !known.has(name));

test('each manifest is what Kubernetes takes', async () => {
  const all = await manifests();
  for (const manifest of all) {
    if (manifest.kind === 'Kustomization') {
      const files = (await readdir(MANIFESTS)).filter((name) => name !== 'kustomization.yaml');
      expect(manifest.resources.toSorted()).toEqual(files.toSorted());
    } else {
      const { kind, ...rest } = manifest;
      expect(() => new KINDS[kind](rest as never).validate(), kind).not.toThrow();
    }
  }
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['Kustomization', ...Object.keys(KINDS)]));
});

test('what a disruption budget, an autoscaler and a service choose is there', async () => {
  const labels = (await deployments()).map(({ spec }) => spec.template.metadata.labels);
  for (const { spec } of await deployments())
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
  for (const each of await manifests()) {
    if (each.kind === 'PodDisruptionBudget') expect(labels).toContainEqual(each.spec.selector.matchLabels);
    if (each.kind === 'Service') expect(labels).toContainEqual(each.spec.selector);
    if (each.kind === 'HorizontalPodAutoscaler') expect(each.spec.scaleTargetRef.name).toBe('http');
  }
});

test('every setting that the files give is one, and they fit together', async () => {
  const all = await manifests();
  const given = all.find((each) => each.kind === 'ConfigMap')!.data;
  expect(unknown(Object.keys(given))).toEqual([]);
  const image = environmentOf((await readDockerfile(`${ROOT}Dockerfile`)).at(-1)!);
  expect(unknown(Object.keys(image))).toEqual([]);
  for (const { spec } of await deployments()) {
    const { containers, initContainers } = spec.template.spec;
    for (const { env = [] } of [...containers, ...initContainers])
      expect(unknown(env.map(({ name }) => name))).toEqual([]);
    const own = Object.fromEntries(containers[0]!.env!.map(({ name, value }) => [name, value]));
    const MAIL_URL = 'smtps://mail.example';
    expect(readConfig({ ...image, ...given, ...own, ...secret, MAIL_URL })).toMatchObject(own);
  }
});

test('compose takes .env.example as its .env, and serves where it says', async () => {
  const env = { ...parseEnv(await readFile(`${ROOT}.env.example`, 'utf8')), ...secret };
  const filled = (await readFile(`${ROOT}compose.yaml`, 'utf8')).replaceAll(
    /\$\{(\w+):(-|\?)([^}]*)\}/g,
    (_all, name: string, kind, otherwise) =>
      (env as Record<string, string>)[name] || (kind === '-' ? otherwise : 'given'),
  );
  const { services } = parse(filled, { merge: true });
  for (const role of ['http', 'worker']) {
    const { environment } = services[role];
    expect(unknown(Object.keys(environment))).toEqual([]);
    const texts = Object.entries(environment).map(([name, value]) => [name, String(value)]);
    expect(readConfig({ ...env, ...Object.fromEntries(texts) })).toMatchObject({
      ROLE: role,
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: 4000,
      DATA_DIR: '/data',
      DATABASE_URL: 'postgresql://assistant:given@postgres:5432/assistant',
      DEV_TOOLS: false,
    });
  }
});

test('nothing runs as root, writes to its own files, or is ended before it has stopped in order', async () => {
  const image = (await readDockerfile(`${ROOT}Dockerfile`)).at(-1)!;
  expect(said(image, 'USER')).toBe('65532:65532');
  expect(said(image, 'STOPSIGNAL')).toBe('SIGTERM');
  // In the form without a shell: Node is process 1 and hears the signal
  expect(JSON.parse(said(image, 'CMD')!)).toEqual([
    'node',
    '--max-old-space-size=700',
    '--max-semi-space-size=32',
    '--heap-growing-percent=100',
    'dist/src/main.js',
  ]);
  const { STOP_NOTICE_SECONDS, STOP_STREAMS_SECONDS } = readConfig({ DEV_TOOLS: 'off' });
  const toStop = STOP_NOTICE_SECONDS + STOP_STREAMS_SECONDS + 20;
  for (const { spec } of await deployments()) {
    const { terminationGracePeriodSeconds, securityContext, containers, initContainers } = spec.template.spec;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(toStop);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 });
    for (const container of [...containers, ...initContainers])
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
  }
  const { services } = parse(await readFile(`${ROOT}compose.yaml`, 'utf8'), { merge: true });
  for (const role of ['http', 'worker'])
    expect([services[role].read_only, services[role].stop_grace_period]).toEqual([true, '45s']);
});

test('the database is asked to allow as many connections as there may be', async () => {
  const text = await readFile(`${ROOT}docs/production.md`, 'utf8');
  const [, http, each, worker, eachWorker, people, sum] =
    /\((\d+) \+ 3\) × (\d+) \+ \((\d+) \+ 2\) × (\d+) \+ (\d+) = (\d+)/.exec(text)!.map(Number);
  const { spec } = (await manifests()).find((one) => one.kind === 'HorizontalPodAutoscaler')!;
  expect(http).toBe(spec.maxReplicas);
  const needed = (servers: number) => (servers + 3) * each! + (worker! + 2) * eachWorker! + people!;
  expect(sum).toBe(needed(http!));
  const [, asked, askedForFour] = /; (\d+) for the manifests as they are, (\d+) for up to four/
    .exec(text)!
    .map(Number);
  // Three are the administrator's
  expect(asked).toBeGreaterThanOrEqual(needed(http!) + 3);
  expect(askedForFour).toBeGreaterThanOrEqual(needed(4) + 3);
});
