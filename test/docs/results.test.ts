import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectorFunctions } from '../../src/runtime/execute/connector-functions.ts';
import { errorTypes } from '../../src/runtime/execute/error-variable.ts';

const page = readFileSync('docs/results-and-errors.md', 'utf8');

/** First cells of the table below a heading. */
const rows = (heading: string): readonly string[] => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]!);
};

test('docs/results-and-errors.md names every error type', () => {
  const named = [...page.matchAll(/`([\w.]+)`\s+\|$/gm)].map((match) => match[1]!);
  assert.deepEqual(
    Object.values(errorTypes).filter((type) => !named.includes(type)),
    [],
  );
});

test('it documents every function of expressions', () => {
  const functions = Object.keys(connectorFunctions(Math.random));
  assert.ok(functions.length >= 5);
  for (const name of functions) assert.match(page, new RegExp(`\`${name}[(\`]`));
});

test('it lists exactly the headers that the runtime reads', () => {
  const sources = ['result', 'error-expression', 'failure', 'job-timeout', 'operation'].map((name) =>
    readFileSync(`src/runtime/execute/${name}.ts`, 'utf8'),
  );
  const read = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/(?:headerText\(headers, |hasOwn\(headers, )'(\w+)'/g)].map((match) => match[1]!),
    ),
  );
  assert.deepEqual([...rows('Task headers')].sort(), [...read].sort());
});
