import { parser } from '@prometheus-io/lezer-promql';

/** A selector of an expression: a metric, and what its labels must be. */
export interface Selector {
  metric: string;
  /** The text between the quotes, by label. */
  labels: Record<string, string>;
}

/**
 * The selectors of an expression, read by Prometheus's own grammar.
 * @throws SyntaxError where it is no PromQL
 */
export function selectorsIn(expression: string): Selector[] {
  const selectors: Selector[] = [];
  let label = '';
  parser.parse(expression).iterate({
    enter: ({ name, type, from, to }) => {
      const text = expression.slice(from, to);
      if (type.isError) throw new SyntaxError(`This is no PromQL at ${from}: ${expression}`);
      if (name === 'VectorSelector') selectors.push({ metric: '', labels: {} });
      else if (name === 'Identifier') selectors.at(-1)!.metric = text;
      else if (name === 'LabelName') label = text;
      else if (name === 'StringLiteral' && selectors.length)
        selectors.at(-1)!.labels[label] = text.slice(1, -1);
    },
  });
  return selectors;
}
