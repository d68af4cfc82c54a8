import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { currentScope, inScope } from './scope.ts';

/** All that a span may say: nothing else is ever put on one, so that no number, name, secret or variable gets there. */
export interface Facts {
  'http.request.method'?: string;
  /** By the words of the code, never a path that came. */
  'http.route'?: string;
  'http.response.status_code'?: number;
  'server.address'?: string;
  'server.port'?: number;
  /** A registered name, or `other`. */
  'graphql.operation.name'?: string;
  'graphql.field'?: string;
  'db.system.name'?: 'postgresql';
  /** Verb and table, without a value: SELECT service_orders. */
  'db.query.summary'?: string;
  'order.kind'?: string;
  'order.id'?: string;
  'job.name'?: string;
  'request.id'?: string;
  /** One of the words in which the code says how something ended. */
  outcome?: string;
  'error.type'?: string;
}

/** A step that is under way, for what is known of it at its end only. */
interface Step {
  note(facts: Facts): void;
}

type Work<Result> = (step: Step) => Promise<Result>;
const UNSEEN: Step = { note: () => {} };
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NOTHING = /^0+$/;

let tracer: Tracer | undefined;

/** From now on traces are made; until then each step is just taken. */
export const traceWith = (own: Tracer | undefined): void => void (tracer = own);

export const isTracing = (): boolean => tracer !== undefined;

/**
 * A door: begins a trace, or goes on with the one that a W3C `traceparent` names. Nothing else begins one, so that what
 * a process does by itself, every second, makes none.
 */
export function inTrace<Result>(
  name: string,
  { kind, traceparent, facts }: { kind: Door; traceparent?: string | null | undefined; facts: Facts },
  run: Work<Result>,
): Promise<Result> {
  if (!tracer) return run(UNSEEN);
  const options = { kind: KINDS[kind], attributes: { ...facts } };
  return within(tracer.startSpan(name, options, contextOf(traceparent)), run);
}

/** A step of the trace that is under way; outside of one, and in one that is not recorded, just the step. */
export function inSpan<Result>(name: string, facts: Facts, run: Work<Result>): Promise<Result> {
  return step(SpanKind.INTERNAL, name, facts, run);
}

/** The same, of a call to a system that is not ours. */
export function inCall<Result>(name: string, facts: Facts, run: Work<Result>): Promise<Result> {
  return step(SpanKind.CLIENT, name, facts, run);
}

/** A step whose result may be at hand: then it was none. */
export function inSpanIfLater<Result>(name: string, facts: Facts, run: () => Result): Result {
  const span = open(SpanKind.INTERNAL, name, facts);
  if (!span) return run();
  const result = inScope({ ...currentScope(), span }, run);
  return result instanceof Promise ? (settle(span, result) as Result) : result;
}

/** Ends the span under way before its work: that of a stream is its beginning. */
export const endSpan = (): void => {
  if (tracer) end(currentScope()?.span);
};

/** The place in the trace under way, for whoever goes on with it (W3C Trace Context, 3.2). */
export function currentTraceparent(): string | undefined {
  const place = tracer && currentScope()?.span?.spanContext();
  if (!place) return undefined;
  return `00-${place.traceId}-${place.spanId}-${place.traceFlags.toString(16).padStart(2, '0')}`;
}

export const currentTraceId = (): string | undefined => currentScope()?.span?.spanContext().traceId;

type Door = 'request' | 'work';
const KINDS: Record<Door, SpanKind> = { request: SpanKind.SERVER, work: SpanKind.CONSUMER };

function step<Result>(kind: SpanKind, name: string, facts: Facts, run: Work<Result>): Promise<Result> {
  const span = open(kind, name, facts);
  return span ? within(span, run) : run(UNSEEN);
}

function open(kind: SpanKind, name: string, facts: Facts): Span | undefined {
  const parent = tracer && currentScope()?.span;
  if (!tracer || !parent?.isRecording()) return undefined;
  return tracer.startSpan(name, { kind, attributes: { ...facts } }, trace.setSpan(ROOT_CONTEXT, parent));
}

const within = <Result>(span: Span, run: Work<Result>): Promise<Result> =>
  settle(
    span,
    inScope({ ...currentScope(), span }, () =>
      run({ note: (facts) => void span.setAttributes({ ...facts }) }),
    ),
  );

async function settle<Result>(span: Span, result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    // Its message may quote what it is about
    span.setAttributes({ 'error.type': errorType(error) }).setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    end(span);
  }
}

const end = (span: Span | undefined): void => {
  if (span?.isRecording()) span.end();
};

function errorType(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : (name ?? 'error');
}

/** What is no traceparent is as if there were none. */
function contextOf(traceparent: string | null | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || NOTHING.test(traceId) || NOTHING.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = parseInt(flags!, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
