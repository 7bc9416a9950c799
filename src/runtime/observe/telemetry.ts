import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Listen } from '../shared/events.ts';
import type { Tracing } from '../shared/tracing.ts';
import { recordMetrics } from './metrics.ts';
import { createMeterRecorder } from './telemetry-metrics.ts';
import { createTracing, type OpenTelemetry } from './telemetry-spans.ts';

/** The instrumentation scope of all spans and measurements. */
const scope = 'camunda-connectors';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';

/** Loads the API, if the user's project has it. No SDK can be registered without it. */
const loadApi = async (): Promise<OpenTelemetry | undefined> => {
  try {
    return await import('@opentelemetry/api');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Until an SDK is registered, the API provides a proxy without a delegate. */
const isTraced = (provider: TracerProvider): boolean =>
  !('getDelegateTracer' in provider) ||
  typeof provider.getDelegateTracer !== 'function' ||
  provider.getDelegateTracer(scope) !== undefined;

const isMetered = (provider: MeterProvider, { createNoopMeter }: OpenTelemetry): boolean =>
  provider.getMeter(scope) !== createNoopMeter();

/**
 * Sends a runtime's spans and measurements to the OpenTelemetry SDK that is registered now. Without an SDK or the API, nothing
 * is attached.
 *
 * @param load loads the API; for tests
 * @returns the functions that make spans; `undefined` without a tracer
 */
export const attachTelemetry = async (
  on: Listen,
  load: () => Promise<OpenTelemetry | undefined> = loadApi,
): Promise<Tracing | undefined> => {
  const api = await load();
  if (api === undefined) return undefined;
  const meters = api.metrics.getMeterProvider();
  if (isMetered(meters, api)) recordMetrics(on, createMeterRecorder(meters.getMeter(scope)));
  const tracers = api.trace.getTracerProvider();
  return isTraced(tracers) ? createTracing(api, tracers.getTracer(scope), on) : undefined;
};
