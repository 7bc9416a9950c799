import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { unaryCalls } from '../../src/engine/gateway/unary-calls.ts';

const source = readFileSync('docs/engine.md', 'utf8');
const page = source.replace(/\s+/g, ' ');

test('docs/engine.md names every kind of element that a deployment rejects', () => {
  const list = readFileSync('src/engine/model/elements/unsupported.ts', 'utf8');
  const things = [...list.matchAll(/'bpmn:\w+': '([^']+)'/g)].map(([, thing]) => thing!);
  assert.ok(things.length >= 4, 'the list of what the engine rejects was found');
  assert.deepEqual(
    things.filter((thing) => !page.includes(thing)),
    [],
  );
});

test('docs/engine.md lists exactly the kinds of events', () => {
  const types = readFileSync('src/engine/machine/event-types.ts', 'utf8');
  const kinds = [...types.matchAll(/readonly kind: '([\w:]+)'/g)].map(([, kind]) => kind!);
  const section = /### Events(.*?)###/.exec(page)?.[1] ?? '';
  const named = [...section.matchAll(/`([a-zA-Z]+:[a-zA-Z]+)`/g)].map(([, kind]) => kind!);
  assert.ok(named.length > 30, 'the table has rows');
  assert.deepEqual(named.sort(), [...new Set(kinds)].sort());
});

test('docs/engine.md lists exactly the calls that the gateway answers', () => {
  const special = ['ActivateJobs', 'StreamActivatedJobs', 'CreateProcessInstanceWithResult', 'SetVariables'];
  const section = /## gRPC calls(.*?)Any other call/.exec(page)?.[1] ?? '';
  const named = [...section.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name!);
  assert.deepEqual(named.sort(), [...Object.keys(unaryCalls), ...special].sort());
});

test('docs/engine.md lists exactly the options of createEngine', () => {
  const snapshot = readFileSync('test/public/snapshot/options.txt', 'utf8');
  const options = /createEngine[^\n]*\n((?:\w+\n)+)/.exec(snapshot)?.[1]?.trim().split('\n') ?? [];
  const section = /Options of `createEngine`([\s\S]*?)## Supported elements/.exec(source)?.[1] ?? '';
  const named = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name!);
  assert.ok(options.length > 8, 'the options were found');
  assert.deepEqual(named.sort(), options.sort());
});
