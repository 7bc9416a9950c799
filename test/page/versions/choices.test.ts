import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MigratedElement, Migration } from '../../../src/cli/dev/page/contract.ts';
import { choiceProblem, mappingOf, optionsOf } from '../../../src/page/versions/choices.ts';

const element = (id: string, more: Partial<MigratedElement> = {}): MigratedElement => ({
  ...{ id, name: id, type: 'SERVICE_TASK', isEvent: false, count: 1, refusals: [] },
  ...more,
});

const target = (id: string, more: Partial<Migration['targets'][number]> = {}): Migration['targets'][number] => ({
  ...{ id, name: id, type: 'SERVICE_TASK' },
  ...more,
});

const migration = (elements: readonly MigratedElement[], targets: Migration['targets']): Migration => ({
  ...{ version: 2, instances: [], elements, targets, blocked: [] },
});

test('what is refused for its kind or its place is listed below the reason', () => {
  const pay = element('pay', { refusals: [{ reason: 'a service task cannot become a user task', targets: ['ask'] }] });
  const all = migration([pay], [target('charge'), target('ask'), target('inner', { inside: 'box' })]);
  const { possible, refusals } = optionsOf(all, {}, pay);
  assert.deepEqual(
    possible.map(({ id }) => id),
    ['charge'],
  );
  assert.deepEqual(
    refusals.map(({ reason, targets }) => [reason, ...targets.map(({ id }) => id)]),
    [
      ['inside a subprocess', 'inner'],
      ['a service task cannot become a user task', 'ask'],
    ],
  );
});

test('what is in a subprocess follows the choice for the subprocess, and an event that for its activity', () => {
  const box = element('box', { type: 'SUB_PROCESS' });
  const pack = element('pack', { inside: 'box' });
  const late = element('late', { isEvent: true, attachedTo: 'pack' });
  const targets = [
    target('a'),
    target('b'),
    target('inA', { inside: 'a' }),
    target('inB', { inside: 'b' }),
    target('lateA', { inside: 'a', attachedTo: 'inA' }),
    target('lateB', { inside: 'b', attachedTo: 'inB' }),
  ];
  const all = migration([box, pack, late], targets);
  const idsFor = (chosen: Readonly<Record<string, string>>, one: MigratedElement): readonly string[] =>
    optionsOf(all, chosen, one).possible.map(({ id }) => id);
  assert.ok(idsFor({ box: 'a' }, pack).includes('inA'), 'what is in the subprocess is offered');
  assert.ok(!idsFor({ box: 'a' }, pack).includes('inB'), 'what is in the other one is not');
  assert.ok(idsFor({ box: 'b', pack: 'inB' }, late).includes('lateB'), 'the event of the activity is offered');
  assert.ok(!idsFor({ box: 'b', pack: 'inB' }, late).includes('lateA'), 'the event of the other activity is not');
  const choice = { box: 'b', pack: 'inA' };
  assert.equal(choiceProblem(all, choice, pack), 'It cannot become inA: not directly inside what box becomes.');
});

test('an element may be called as something that every object has', () => {
  const inherited = element('constructor');
  const all = migration([inherited], [target('valueOf')]);
  assert.match(choiceProblem(all, {}, inherited) ?? '', /choose/i);
  assert.deepEqual(mappingOf(all, { constructor: 'valueOf' }), { constructor: 'valueOf' });
});

test('a choice is asked for, except for an event, and two events never become the same', () => {
  const pay = element('pay');
  const [one, two] = ['one', 'two'].map((id) => element(id, { isEvent: true }));
  const all = migration([pay, one!, two!], [target('x'), target('e')]);
  assert.equal(choiceProblem(all, {}, pay), 'It has no counterpart: choose one.');
  assert.equal(choiceProblem(all, {}, one!), undefined);
  assert.equal(
    choiceProblem(all, { one: 'e', two: 'e' }, two!),
    'Another event becomes e already: choose another one.',
  );
  const none = migration([pay], []);
  assert.match(choiceProblem(none, {}, pay)!, /nothing in the newer version is possible/);
  const stuck = element('end', { problem: 'an end event cannot be migrated' });
  assert.equal(choiceProblem(all, {}, stuck), 'It cannot be migrated: an end event cannot be migrated.');
});

test('the server gets what was chosen and what was found by name; the same ids it finds itself', () => {
  const elements = [
    element('a', { preset: { id: 'a', by: 'id' } }),
    element('b', { preset: { id: 'c', by: 'name' } }),
    element('d', { preset: { id: 'e', by: 'name' } }),
  ];
  assert.deepEqual(mappingOf(migration(elements, []), { d: 'x' }), { b: 'c', d: 'x' });
});
