import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorTypes } from '../../src/runtime/execute/error-variable.ts';
import { expressionFunctions } from '../../src/runtime/execute/expressions/functions.ts';
import { taskHeaders } from '../../src/runtime/execute/task-headers.ts';

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
  const functions = Object.keys(expressionFunctions({ random: Math.random }));
  assert.ok(functions.length >= 5);
  for (const name of functions) assert.match(page, new RegExp(`\`${name}[(\`]`));
});

test('it lists exactly the headers that the runtime reads', () => {
  assert.deepEqual([...rows('Task headers')].sort(), Object.keys(taskHeaders).sort());
});
