import { durationBuckets, type Instrument, type InstrumentName, instruments, type Recorder } from './instruments.ts';

/** A {@link Recorder} that stores all measurements in memory. */
export interface PrometheusRecorder extends Recorder {
  /** Returns the measurements in the Prometheus text format. */
  text(): string;
}

/** The content type of the format. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** The value of a counter or a gauge; the sum of a histogram. */
  value: number;
  /** The number of values in each bucket of a histogram. The last bucket has the values above all bounds. */
  readonly buckets: number[];
}

/** The name in the Prometheus format: with underscores, the unit, and the suffix of the kind. */
export const prometheusName = ({ name, kind, unit }: Instrument): string => {
  const [, stem, maximum] = /^(.*?)(\.max)?$/.exec(name)!;
  const seconds = unit === 's' ? '_seconds' : '';
  return `${stem!.replace(/[.-]/g, '_')}${seconds}${maximum === undefined ? '' : '_max'}${kind === 'counter' ? '_total' : ''}`;
};

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const line = (name: string, labels: Readonly<Record<string, string>>, value: number): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
};

const histogramLines = (name: string, { labels, value, buckets }: Series): readonly string[] => {
  let count = 0;
  const bounds = [...durationBuckets.map(String), '+Inf'];
  const lines = bounds.map((le, index) => {
    count += buckets[index]!;
    return line(`${name}_bucket`, { le, ...labels }, count);
  });
  return [...lines, line(`${name}_sum`, labels, value), line(`${name}_count`, labels, count)];
};

/**
 * Makes a recorder for Prometheus. It is not taken from a library, because the format is small and stable, while prom-client
 * consists of three packages and five megabytes. A test compares the two.
 */
export const createPrometheusRecorder = (): PrometheusRecorder => {
  const all = new Map<InstrumentName, Map<string, Series>>();

  const seriesOf = (name: InstrumentName, labels: Readonly<Record<string, string | undefined>>): Series => {
    let own = all.get(name);
    if (own === undefined) {
      own = new Map();
      all.set(name, own);
    }
    const names = instruments[name].labels;
    let key = '';
    // With its length in front, each value stays distinct whatever it contains, at less cost than JSON.
    for (const label of names) key += `${labels[label]!.length}:${labels[label]}`;
    const { tenantId } = labels;
    if (tenantId !== undefined) key += tenantId;
    const known = own.get(key);
    if (known !== undefined) return known;
    const ordered = Object.fromEntries(names.map((label): [string, string] => [label, labels[label]!]));
    if (tenantId !== undefined) ordered.tenantId = tenantId;
    const series = { labels: ordered, value: 0, buckets: [...durationBuckets, 0].fill(0) };
    own.set(key, series);
    return series;
  };

  const textOf = (name: InstrumentName): readonly string[] => {
    const instrument = instruments[name];
    const full = prometheusName(instrument);
    const series = [...(all.get(name)?.values() ?? [])];
    return [
      `# HELP ${full} ${instrument.description}`,
      `# TYPE ${full} ${instrument.kind}`,
      ...series.flatMap((one) =>
        instrument.kind === 'histogram' ? histogramLines(full, one) : [line(full, one.labels, one.value)],
      ),
    ];
  };

  return {
    add: (name, labels) => {
      seriesOf(name, labels).value++;
    },
    set: (name, labels, value) => {
      seriesOf(name, labels).value = value;
    },
    observe: (name, labels, value) => {
      const series = seriesOf(name, labels);
      series.value += value;
      const bucket = durationBuckets.findIndex((bound) => value <= bound);
      series.buckets[bucket === -1 ? durationBuckets.length : bucket]!++;
    },
    text: () => `${(Object.keys(instruments) as InstrumentName[]).flatMap(textOf).join('\n')}\n`,
  };
};
