/** The pages about operating a runtime list exactly what exists. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startOptions } from '../../src/cli/start/options.ts';
import { healthPaths } from '../../src/runtime/observe/health-report.ts';
import { instruments } from '../../src/runtime/observe/instruments.ts';
import { logFormats, logLevels } from '../../src/runtime/observe/log-output.ts';
import { prometheusName } from '../../src/runtime/observe/prometheus.ts';

const observability = readFileSync('docs/observability.md', 'utf8');
const standalone = readFileSync('docs/standalone.md', 'utf8');

/** The rows of the table below a heading, as cells. */
const rows = (page: string, heading: string): readonly (readonly string[])[] => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (`.*) \|$/gm)].map(([, row]) => row!.split('|').map((cell) => cell.trim()));
};

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

test('docs/observability.md lists every instrument with its names, kind, labels and meaning', () => {
  assert.deepEqual(
    rows(observability, 'Metrics'),
    Object.values(instruments).map((instrument) => {
      const { name, kind, labels, description } = instrument;
      return [`\`${name}\``, `\`${prometheusName(instrument)}\``, kind, code(labels), description];
    }),
  );
});

test('docs/observability.md has the levels and formats of log lines', () => {
  assert.deepEqual(
    rows(observability, 'Log lines').map(([, values]) => values),
    [code(logLevels), code(logFormats)],
  );
});

test('docs/observability.md has the paths of the health server', () => {
  const documented = rows(observability, 'Health over HTTP').flatMap(([ours, theirs]) => [ours!, theirs!]);
  assert.deepEqual(documented.map((cell) => cell.replaceAll('`', '')).sort(), [...healthPaths].sort());
});

test('docs/standalone.md has the options of start', () => {
  assert.deepEqual(
    rows(standalone, 'Options').map(([option]) => option),
    Object.keys(startOptions).map((name) => `\`--${name}\``),
  );
});
