/** Variants: one field that chooses, and fields that depend on it. The numbers are those of the reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { hints } from '../../src/connector/hints.ts';
import type { ElementTemplate } from '../../src/template/index.ts';
import { applyTo, readSaved } from './support/apply.ts';
import { drawDiagram } from './support/diagram.ts';
import { ownIds, ownProperties, propertyOf, templateOf } from './support/make.ts';
import type { Entry } from './support/modeler.ts';
import { openDiagram } from './support/modeler.ts';

const auth = v.variant('type', [
  v.object({ type: v.literal('none') }),
  v.object({ type: v.literal('basic'), user: v.string(), pass: v.string() }),
  v.object({ type: v.literal('token'), token: v.string() }),
]);

/** Names and conditions, short: `auth.user: auth.type=basic`. */
const conditions = (template: ElementTemplate) =>
  ownProperties(template).map(({ id, condition }) => {
    const all = condition === undefined ? [] : 'allMatch' in condition ? condition.allMatch : [condition];
    const texts = all.map((one) => {
      if ('equals' in one) return `${one.property}=${one.equals}`;
      return 'oneOf' in one ? `${one.property}=${one.oneOf.join('|')}` : one.property;
    });
    return `${id}${texts.length === 0 ? '' : `: ${texts.join(' & ')}`}`;
  });

/** Applies a template and makes choices one after the other, as a person does. */
const inputsAfter = async (template: ElementTemplate, ...steps: readonly Readonly<Record<string, Entry>>[]) => {
  const diagram = await applyTo(template);
  for (const step of steps) diagram.fill('it', step);
  return (await readSaved(diagram)).inputs;
};

test('24: a choice, and fields that depend on it', async () => {
  const template = templateOf({ auth });
  assert.deepEqual(conditions(template), [
    'auth.type',
    'auth.user: auth.type=basic',
    'auth.pass: auth.type=basic',
    'auth.token: auth.type=token',
  ]);
  const { type, choices, constraints } = propertyOf(template, 'auth.type');
  assert.deepEqual([type, choices?.length, constraints], ['Dropdown', 3, { notEmpty: true }]);
  for (const { constraints: own } of ownProperties(template)) assert.deepEqual(own, { notEmpty: true });
  assert.deepEqual(await inputsAfter(template, { 'auth.type': 'basic' }), {
    'auth.type': 'basic',
    'auth.user': null,
    'auth.pass': null,
  });
});

test('25: with a default', () => {
  const template = templateOf({ auth: v.optional(auth, { type: 'none' }) });
  const { value, constraints } = propertyOf(template, 'auth.type');
  assert.deepEqual([value, constraints], ['none', undefined]);
  assert.deepEqual(propertyOf(template, 'auth.user').constraints, { notEmpty: true });
});

test('a default that only the Modeler has', () => {
  const template = templateOf({ auth: v.pipe(auth, hints({ default: { type: 'basic', user: 'Ada' } })) });
  assert.equal(propertyOf(template, 'auth.type').value, 'basic');
  assert.equal(propertyOf(template, 'auth.user').value, 'Ada');
});

test('without a default nothing has to be selected', async () => {
  const template = templateOf({ auth: v.optional(auth) });
  assert.equal(propertyOf(template, 'auth.type').value, '=null');
  assert.deepEqual(await inputsAfter(template), { 'auth.type': '=null' });
});

const sharing = (second: v.GenericSchema) =>
  templateOf({
    auth: v.variant('type', [
      v.object({ type: v.literal('none') }),
      v.object({ type: v.literal('basic'), user: v.string() }),
      v.object({ type: v.literal('ldap'), user: second }),
    ]),
  });

test('26: members that share a field', () => {
  assert.deepEqual(conditions(sharing(v.string())), ['auth.type', 'auth.user: auth.type=basic|ldap']);
  const template = sharing(v.pipe(v.string(), v.title('Distinguished name')));
  assert.deepEqual(conditions(template), ['auth.type', 'auth.user: auth.type=basic', 'auth.ldap.user: auth.type=ldap']);
  assert.deepEqual(propertyOf(template, 'auth.ldap.user').binding, propertyOf(template, 'auth.user').binding);
});

test('27: a variant inside a member', async () => {
  const template = templateOf({
    auth: v.variant('type', [
      v.object({ type: v.literal('none') }),
      v.object({
        type: v.literal('tls'),
        cert: v.variant('kind', [
          v.object({ kind: v.literal('file'), path: v.string() }),
          v.object({ kind: v.literal('text'), pem: v.string() }),
        ]),
      }),
    ]),
  });
  assert.deepEqual(conditions(template), [
    'auth.type',
    'auth.cert.kind: auth.type=tls',
    'auth.cert.path: auth.type=tls & auth.cert.kind=file',
    'auth.cert.pem: auth.type=tls & auth.cert.kind=text',
  ]);
  assert.deepEqual(await inputsAfter(template, { 'auth.type': 'tls' }, { 'auth.cert.kind': 'text' }), {
    'auth.type': 'tls',
    'auth.cert.kind': 'text',
    'auth.cert.pem': null,
  });
});

test('28: a variant as a member', () => {
  const template = templateOf({
    job: v.variant('type', [
      v.object({ type: v.literal('stop') }),
      v.variant('mode', [
        v.object({ type: v.literal('go'), mode: v.literal('fast'), speed: v.number() }),
        v.object({ type: v.literal('go'), mode: v.literal('slow') }),
      ]),
    ]),
  });
  assert.deepEqual(conditions(template), [
    'job.type',
    'job.mode: job.type=go',
    'job.speed: job.type=go & job.mode=fast',
  ]);
});

test('a variant as a member of one with the same key adds its members', () => {
  const template = templateOf({
    a: v.variant('type', [
      v.object({ type: v.literal('x'), one: v.string() }),
      v.variant('type', [v.object({ type: v.literal('y'), two: v.string() }), v.object({ type: v.literal('z') })]),
    ]),
  });
  assert.deepEqual(conditions(template), ['a.type', 'a.one: a.type=x', 'a.two: a.type=y']);
  assert.deepEqual(
    propertyOf(template, 'a.type').choices?.map(({ value }) => value),
    ['x', 'y', 'z'],
  );
});

test('29: by booleans', async () => {
  const template = templateOf({
    hook: v.variant('on', [
      v.object({ on: v.literal(true), url: v.string(), note: v.optional(v.string()) }),
      v.object({ on: v.literal(false), note: v.optional(v.string()) }),
    ]),
  });
  assert.deepEqual(conditions(template), ['hook.on', 'hook.url: hook.on=true', 'hook.note']);
  assert.equal(propertyOf(template, 'hook.on').type, 'Boolean');
  assert.deepEqual(await inputsAfter(template, { 'hook.on': true }), {
    'hook.on': '=true',
    'hook.url': null,
    'hook.note': null,
  });
});

test('by booleans, with a default for a shared field: a list, because a checkbox would fill in the wrong field', async () => {
  const template = templateOf({
    hook: v.variant('on', [
      v.object({ on: v.literal(true), size: v.optional(v.number(), 5) }),
      v.object({ on: v.literal(false), size: v.string() }),
    ]),
  });
  assert.deepEqual(conditions(template), ['hook.on', 'hook.size: hook.on=true', 'hook.false.size: hook.on=false']);
  const { type, choices, constraints } = propertyOf(template, 'hook.on');
  assert.deepEqual(
    [type, choices?.map(({ value }) => value), constraints],
    ['Dropdown', ['true', 'false'], { notEmpty: true }],
  );
  assert.deepEqual(await inputsAfter(template, { 'hook.on': 'false' }), { 'hook.on': 'false', 'hook.size': null });
  const off = v.variant('on', [
    v.object({ on: v.literal(true), size: v.optional(v.number(), 5) }),
    v.object({ on: v.literal(false), size: v.optional(v.string()) }),
  ]);
  assert.deepEqual(await inputsAfter(templateOf({ hook: v.optional(off, { on: false }) })), {
    'hook.on': 'false',
    'hook.size': null,
  });
});

test('by booleans inside booleans: only the variant whose members share a field is a list', () => {
  const template = templateOf({
    a: v.variant('on', [
      v.object({
        on: v.literal(true),
        n: v.variant('deep', [
          v.object({ deep: v.literal(true), s: v.optional(v.string(), 'q') }),
          v.object({ deep: v.literal(false), s: v.number() }),
        ]),
      }),
      v.object({ on: v.literal(false) }),
    ]),
  });
  assert.deepEqual([propertyOf(template, 'a.on').type, propertyOf(template, 'a.n.deep').type], ['Boolean', 'Dropdown']);
});

test('a member with several values; labels from titles, hints and values', () => {
  const template = templateOf({
    a: v.pipe(
      v.variant('kind', [
        v.object({ kind: v.picklist(['p', 'q']), x: v.string() }),
        v.pipe(v.object({ kind: v.literal('r') }), v.title('The rest')),
        v.object({ kind: v.pipe(v.literal('s'), v.title('Some')) }),
      ]),
      v.title('Kind of thing'),
      hints({ choices: { q: 'Queue' } }),
    ),
  });
  assert.deepEqual(conditions(template), ['a.kind', 'a.x: a.kind=p|q']);
  const { label, choices } = propertyOf(template, 'a.kind');
  assert.equal(label, 'Kind of thing');
  assert.deepEqual(
    choices?.map(({ name }) => name),
    ['P', 'Queue', 'The rest', 'Some'],
  );
});

test('a variant as the whole input has an entry of the create menu for each member', async () => {
  const template = templateOf(
    v.variant('id', [
      v.pipe(
        v.object({ id: v.literal('read'), path: v.string() }),
        v.title('Read a file'),
        v.description('All of it'),
        hints({ keywords: ['open'] }),
      ),
      v.variant('mode', [
        v.object({ id: v.literal('write'), mode: v.literal('new') }),
        v.object({ id: v.literal('write'), mode: v.literal('append') }),
      ]),
    ]),
  );
  assert.deepEqual(template.steps, [
    { name: 'Read a file', description: 'All of it', keywords: ['open'], presetId: 'read' },
    {
      name: 'Write',
      steps: [
        { name: 'New', keywords: ['new'], presetId: 'write.new' },
        { name: 'Append', keywords: ['append'], presetId: 'write.append' },
      ],
    },
  ]);
  assert.deepEqual(template.presets?.[1], { id: 'write.new', properties: { 'input.id': 'write', mode: 'new' } });
  const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
  diagram.load([template]);
  diagram.apply('it', template, 'write.append');
  assert.deepEqual((await readSaved(diagram)).inputs, { id: 'write', mode: 'append' });
});

test('members keep their section and order', () => {
  const template = templateOf({
    a: v.variant('t', [
      v.object({
        t: v.literal('x'),
        last: v.pipe(v.string(), hints({ order: 1 })),
        first: v.string(),
      }),
      v.pipe(v.object({ t: v.literal('y'), other: v.string() }), hints({ group: 'extra' })),
    ]),
  });
  assert.deepEqual(ownIds(template), ['a.t', 'a.first', 'a.last', 'a.other']);
  assert.equal(propertyOf(template, 'a.other').group, 'extra');
});
