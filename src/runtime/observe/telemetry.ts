import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Logger } from '../../connector/types.ts';
import type { RuntimeTracing } from '../shared/call-tracing.ts';
import { errorText } from '../shared/error-text.ts';
import type { Listen } from '../shared/events.ts';
import { recordMetrics } from './metrics.ts';
import type { OpenTelemetry } from './open-telemetry.ts';

/** The instrumentation scope of all spans and measurements. */
const scope = 'camunda-connectors';

/** An entry of the log is one line. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' | ');

/** Until an SDK is registered, the API provides a proxy without a delegate. */
const isTraced = (provider: TracerProvider): boolean =>
  !('getDelegateTracer' in provider) ||
  typeof provider.getDelegateTracer !== 'function' ||
  provider.getDelegateTracer(scope) !== undefined;

const isMetered = (provider: MeterProvider, { createNoopMeter }: OpenTelemetry): boolean =>
  provider.getMeter(scope) !== createNoopMeter();

/** Where every API of version 1 keeps what an SDK registers, so that several copies of it share the SDK. */
const registry = Symbol.for('opentelemetry.js.api.1');

const attach = async (api: OpenTelemetry, on: Listen): Promise<RuntimeTracing | undefined> => {
  const meters = api.metrics.getMeterProvider();
  if (isMetered(meters, api)) {
    const { createMeterRecorder } = await import('./telemetry-metrics.ts');
    recordMetrics(on, createMeterRecorder(meters.getMeter(scope)));
  }
  const tracers = api.trace.getTracerProvider();
  if (!isTraced(tracers)) return undefined;
  const { createTracing } = await import('./telemetry-spans.ts');
  return createTracing(api, tracers.getTracer(scope), on);
};

/**
 * Sends a runtime's spans and measurements to the OpenTelemetry SDK that is registered now. Without an SDK or the API, nothing
 * is attached. The API is optional, so nothing about it is an error: Node.js, Yarn PnP, Jest and bundlers each report a
 * missing package in their own way, and a broken one must not keep the runtime from starting.
 *
 * @param logger gets a line at level debug without the API, and a warning if the API does not work
 * @param load loads the API; for tests
 * @returns the functions that make spans; `undefined` without a tracer
 */
export const attachTelemetry = async (
  on: Listen,
  logger: Pick<Logger, 'debug' | 'warn'>,
  load?: () => Promise<OpenTelemetry>,
): Promise<RuntimeTracing | undefined> => {
  // Nothing is registered, so the API would only take the time to load it.
  if (load === undefined && !(registry in globalThis)) return undefined;
  let api: OpenTelemetry;
  try {
    // Bundlers accept that a package is missing only where its import stands inside `try`.
    api = load === undefined ? await import('@opentelemetry/api') : await load();
  } catch (error) {
    logger.debug(`No OpenTelemetry: @opentelemetry/api cannot be loaded: ${oneLine(errorText(error))}`);
    return undefined;
  }
  try {
    return await attach(api, on);
  } catch (error) {
    logger.warn(`No OpenTelemetry: the registered SDK or @opentelemetry/api failed: ${oneLine(errorText(error))}`);
    return undefined;
  }
};
