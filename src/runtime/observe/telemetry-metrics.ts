import type { Attributes, Meter } from '@opentelemetry/api';
import {
  type Counters,
  durationBuckets,
  type Gauges,
  type Histograms,
  type InstrumentName,
  instruments,
  type Recorder,
} from './instruments.ts';

const namesOf = (kind: 'counter' | 'gauge' | 'histogram'): readonly InstrumentName[] =>
  (Object.keys(instruments) as InstrumentName[]).filter((name) => instruments[name].kind === kind);

const make = <Made>(names: readonly InstrumentName[], maker: (name: InstrumentName) => Made) =>
  Object.fromEntries(names.map((name) => [name, maker(name)])) as Record<InstrumentName, Made>;

/** Makes a {@link Recorder} that passes measurements to an OpenTelemetry meter. */
export const createMeterRecorder = (meter: Meter): Recorder => {
  const counters = make(namesOf('counter'), (name) =>
    meter.createCounter(instruments[name].name, { description: instruments[name].description }),
  ) as Record<keyof Counters, ReturnType<Meter['createCounter']>>;

  const histograms = make(namesOf('histogram'), (name) =>
    meter.createHistogram(instruments[name].name, {
      description: instruments[name].description,
      unit: 's',
      // The SDK's default buckets are meant for milliseconds.
      advice: { explicitBucketBoundaries: [...durationBuckets] },
    }),
  ) as Record<keyof Histograms, ReturnType<Meter['createHistogram']>>;

  const gauges = make(namesOf('gauge'), (name) => {
    const { description, unit } = instruments[name];
    const last = new Map<string, { readonly labels: Attributes; readonly value: number }>();
    const gauge = meter.createObservableGauge(instruments[name].name, {
      description,
      ...(unit === undefined ? {} : { unit }),
    });
    gauge.addCallback((result) => {
      for (const { labels, value } of last.values()) result.observe(value, labels);
    });
    return last;
  }) as Record<keyof Gauges, Map<string, { readonly labels: Attributes; readonly value: number }>>;

  return {
    add: (name, labels) => counters[name].add(1, { ...labels }),
    observe: (name, labels, value) => histograms[name].record(value, { ...labels }),
    set: (name, labels, value) => {
      gauges[name].set(JSON.stringify(Object.entries(labels).sort()), { labels: { ...labels }, value });
    },
  };
};
