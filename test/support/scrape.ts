import { selectorsIn } from './promql.ts';

/** What /metrics said. */
export interface Figures {
  /** Every metric that a query can ask for, counted yet or not. */
  metrics: ReadonlySet<string>;
  /** The labels of those that have been. */
  labelsOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** The sum of a metric's series that have these labels; 0 if there are none. */
  sum(metric: string, labels?: Record<string, string>): number;
  text: string;
}

/** Reads the figures of a process; each sample as Prometheus's own grammar reads it. */
export async function scrape(url: string): Promise<Figures> {
  const response = await fetch(url);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/openmetrics-text') || !text.endsWith('# EOF\n'))
    throw new Error(`This is no OpenMetrics: ${type}\n${text}`);
  const samples = text
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const [, series, value] = /^(.*) (\S+)$/.exec(line)!;
      const [selector, ...others] = selectorsIn(series!);
      // What was not measured is no number (OpenMetrics 1.0, 5.1: in whatever case)
      const isNumber = /^nan$/i.test(value!) || !Number.isNaN(Number(value));
      if (!selector || others.length || !isNumber) throw new Error(`No sample: ${line}`);
      return { ...selector, value: Number(value) };
    });
  const labelsOf = new Map<string, Set<string>>();
  for (const { metric, labels } of samples)
    labelsOf.set(metric, new Set([...(labelsOf.get(metric) ?? []), ...Object.keys(labels)]));
  return {
    metrics: new Set([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(namesOf)),
    labelsOf,
    text,
    sum: (metric, wanted = {}) =>
      samples
        .filter((sample) => sample.metric === metric)
        .filter(({ labels }) => Object.entries(wanted).every(([name, value]) => labels[name] === value))
        .reduce((total, { value }) => total + value, 0),
  };
}

/** The samples that a metric consists of (OpenMetrics 1.0, "Metric Types"). */
function namesOf([, name, type]: RegExpExecArray): string[] {
  if (type === 'counter') return [`${name}_total`];
  if (type === 'histogram') return ['_bucket', '_sum', '_count'].map((part) => `${name}${part}`);
  return [name!];
}
