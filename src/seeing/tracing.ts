import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Config } from '../config.ts';
import { traceWith } from './trace.ts';

const SERVICE = 'internet-assistant';
/** A collector that does not answer keeps nobody waiting, at the end neither. */
const EXPORT_MS = 5_000;

/** Sends traces to the collector; spans that it does not take are lost, and nothing else. Only one at a time. */
export function openTracing(
  endpoint: string,
  { ROLE, OTEL_TRACES_SAMPLER_ARG: share }: Pick<Config, 'ROLE' | 'OTEL_TRACES_SAMPLER_ARG'>,
): { stop(): Promise<void> } {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': SERVICE, 'service.role': ROLE }),
    // Whoever began the trace has decided whether it is recorded
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_MS })],
  });
  // Not as OpenTelemetry's global one: what libraries put on spans is not ours to vouch for
  traceWith(provider.getTracer(SERVICE));
  return {
    stop: async () => {
      traceWith(undefined);
      await provider.shutdown().catch(() => {});
    },
  };
}
