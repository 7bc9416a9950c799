import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventNames } from '../../src/runtime/shared/events.ts';

const page = readFileSync('docs/runtime.md', 'utf8');

/** The first cells of the table below a heading. */
const rows = (heading: string): readonly string[] => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]!);
};

const names = (file: string, pattern: RegExp): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map((match) => match[1]!);

test('docs/runtime.md lists every option and no other', () => {
  const options = names('src/runtime/options.ts', /^ {2}readonly (\w+)\?:/gm);
  assert.ok(options.length >= 10);
  assert.deepEqual(rows('Options'), options);
});

test('docs/runtime.md lists every event and no other', () => {
  assert.deepEqual(rows('Events'), eventNames);
});

test('docs/runtime.md lists every state and no other', () => {
  const union = /type RuntimeState = ([^;]+);/.exec(readFileSync('src/runtime/shared/status.ts', 'utf8'))?.[1] ?? '';
  assert.deepEqual(
    rows('States'),
    [...union.matchAll(/'(\w+)'/g)].map((match) => match[1]!),
  );
});
