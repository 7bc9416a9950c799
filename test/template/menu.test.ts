/** Entries of the Modeler's menu for new elements. The numbers are those of the reference for Camunda 8.10. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { isFault } from '../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { hints } from '../../src/connector/hints.ts';
import { bindInput } from '../../src/connector/input/validate-input.ts';
import type { AnyOutbound } from '../../src/connector/types.ts';
import { createTemplate, type ElementTemplate, type Step } from '../../src/template/index.ts';
import { readSaved } from './support/apply.ts';
import { drawDiagram } from './support/diagram.ts';
import { anySpec, build } from './support/hinted.ts';
import { problemsOf, templateOf } from './support/make.ts';
import { openDiagram } from './support/modeler.ts';
import { assertValidTemplate } from './support/validate.ts';

/** The inputs of an element that an entry of the menu creates. */
const createdBy = async (template: ElementTemplate, presetId: string) => {
  const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
  diagram.load([template]);
  diagram.apply('it', template, presetId);
  return (await readSaved(diagram)).inputs;
};

/** `Read`, `Write > New`: the names on the way to each leaf. */
const leaves = (steps: readonly Step[] = []): readonly string[] =>
  steps.flatMap((step) => ('steps' in step ? leaves(step.steps).map((leaf) => `${step.name} > ${leaf}`) : [step.name]));

const send = v.pipe(
  v.object({ method: v.literal('send'), text: v.string() }),
  v.title('Send a message'),
  v.description('To a person'),
  hints({ keywords: ['write', 'post'] }),
);
const list = v.pipe(v.object({ method: v.literal('list'), limit: v.optional(v.number()) }), v.title('List messages'));

const auth = v.variant('type', [
  v.object({ type: v.literal('token'), token: v.string() }),
  v.object({ type: v.literal('none') }),
]);

describe('50: a variant beside other fields', () => {
  const template = templateOf({ auth, data: v.variant('method', [send, list]) });

  test('has one entry for each member, if a member has keywords', () => {
    assert.deepEqual(template.steps, [
      { name: 'Send a message', description: 'To a person', keywords: ['write', 'post'], presetId: 'send' },
      { name: 'List messages', keywords: ['list messages'], presetId: 'list' },
    ]);
    assert.deepEqual(template.presets, [
      { id: 'send', properties: { 'data.method': 'send' } },
      { id: 'list', properties: { 'data.method': 'list' } },
    ]);
  });

  test('creates an element with its choice', async () => {
    assert.deepEqual(await createdBy(template, 'send'), {
      'auth.type': null,
      'data.method': 'send',
      'data.text': null,
    });
  });

  test('has none without a hint, because most variants are not operations', () => {
    assert.equal(templateOf({ auth }).steps, undefined);
  });

  test('has some with a hint, also inside an object and an intersection', () => {
    const menu = v.pipe(v.variant('method', [v.object({ method: v.literal('a') }), list]), hints({ menu: true }));
    assert.deepEqual(leaves(templateOf({ data: menu }).steps), ['A', 'List messages']);
    assert.deepEqual(leaves(templateOf({ a: v.object({ b: v.object({ data: menu }) }) }).steps), [
      'A',
      'List messages',
    ]);
    assert.deepEqual(leaves(templateOf(v.intersect([v.object({ a: v.string() }), menu])).steps), [
      'A',
      'List messages',
    ]);
  });

  test('that is the whole input can be kept out of the menu', () => {
    const input = v.variant('method', [v.object({ method: v.literal('a') }), list]);
    assert.deepEqual(leaves(templateOf(input).steps), ['A', 'List messages']);
    assert.equal(templateOf(v.pipe(input, hints({ menu: false }))).steps, undefined);
  });
});

const channel = v.pipe(
  v.object({ method: v.literal('create'), name: v.string() }),
  v.title('Create a channel'),
  hints({ keywords: ['channel'] }),
);

/** Resources with methods of their own: the inner variant is an entry of the outer member. */
const twoLevels = {
  auth,
  data: v.variant('resource', [
    v.pipe(v.object({ resource: v.literal('chat'), call: v.variant('method', [send, list]) }), v.title('Chat')),
    v.pipe(
      v.object({ resource: v.literal('channel'), call: v.variant('method', [channel, list]) }),
      v.title('Channel'),
    ),
    v.pipe(v.object({ resource: v.literal('user'), id: v.string() }), v.title('User'), hints({ keywords: ['person'] })),
  ]),
};

describe('51: a variant inside a variant', () => {
  const template = templateOf(twoLevels);

  test('has two levels, and a leaf beside the categories', () => {
    assert.deepEqual(leaves(template.steps), [
      'Chat > Send a message',
      'Chat > List messages',
      'Channel > Create a channel',
      'Channel > List messages',
      'User',
    ]);
    assert.deepEqual(
      template.presets?.map(({ id }) => id),
      ['chat.send', 'chat.list', 'channel.create', 'channel.list', 'user'],
    );
  });

  test('sets the list of the right member, although both have the same input', async () => {
    const property = ({ id }: { readonly id?: string }) => id?.includes('method');
    assert.deepEqual(
      template.properties.filter(property).map(({ id }) => id),
      ['data.call.method', 'data.channel.call.method'],
    );
    assert.deepEqual(template.presets?.[2]?.properties, {
      'data.resource': 'channel',
      'data.channel.call.method': 'create',
    });
    assert.deepEqual(await createdBy(template, 'channel.create'), {
      'auth.type': null,
      'data.resource': 'channel',
      'data.call.method': 'create',
      'data.call.name': null,
    });
  });

  test('52: every leaf has keywords, and no category has any', () => {
    const check = (steps: readonly Step[]): number =>
      steps.reduce((count, step) => {
        if ('steps' in step) {
          assert.ok(!('keywords' in step), `${step.name} has keywords`);
          return count + check(step.steps);
        }
        assert.ok((step.keywords ?? []).length > 0, `${step.name} has no keywords`);
        return count + 1;
      }, 0);
    assert.equal(check(template.steps ?? []), 5);
  });

  test('three levels', () => {
    const deep = v.variant('a', [
      v.object({
        a: v.literal('one'),
        b: v.variant('b', [v.object({ b: v.literal('x'), c: v.variant('method', [send, list]) })]),
      }),
      v.object({ a: v.literal('two') }),
    ]);
    assert.deepEqual(leaves(templateOf({ deep }).steps), [
      'One > X > Send a message',
      'One > X > List messages',
      'Two',
    ]);
  });
});

const mailer = defineOutbound({
  name: 'Mailer',
  type: 'mailer',
  operations: {
    send: { name: 'Send', input: v.pipe(v.object({ to: v.string() }), hints({ keywords: ['mail'] })), run: () => ({}) },
    folder: {
      name: 'Folders',
      input: v.object({ call: v.variant('method', [send, list]) }),
      run: () => ({}),
    },
  },
});

describe('operations', () => {
  test('have keywords, and entries of their own on a second level', () => {
    const template = createTemplate(mailer);
    assertValidTemplate(template);
    assert.deepEqual(template.steps?.[0], { name: 'Send', keywords: ['mail'], presetId: 'send' });
    assert.deepEqual(leaves(template.steps), ['Send', 'Folders > Send a message', 'Folders > List messages']);
    assert.deepEqual(template.presets?.[1], {
      id: 'folder.send',
      properties: { operation: 'folder', 'call.method': 'send' },
    });
  });
});

test('the task that activates an inbound connector has the entries of its input', () => {
  const inbound = defineInbound({
    name: 'inbox',
    input: v.object({ call: v.variant('method', [send, list]) }),
    loop: () => null,
  });
  const template = createTemplate(inbound);
  assertValidTemplate(template);
  assert.deepEqual(leaves(template.steps), ['Send a message', 'List messages']);
  assert.equal(createTemplate(inbound, { part: 'catchEvent' }).steps, undefined);
});

test('53: what an entry creates can be parsed, once the required fields are filled in', async () => {
  const input = v.object(twoLevels);
  const template = templateOf(twoLevels);
  const texts: Readonly<Record<string, string>> = { 'auth.type': 'none' };
  for (const { id } of template.presets ?? []) {
    const inputs = Object.entries(await createdBy(template, id));
    const variables: Record<string, unknown> = {};
    for (const [path, value] of inputs) {
      const names = path.split('.');
      const last = names.pop() ?? '';
      let at = variables;
      for (const name of names) {
        at[name] ??= {};
        at = at[name] as Record<string, unknown>;
      }
      at[last] = value ?? texts[path] ?? (path.endsWith('limit') ? 1 : 'x');
    }
    const bound = await bindInput(input, variables);
    assert.ok(bound.ok, `${id}: ${JSON.stringify(bound)}`);
  }
});

test('41: whatever the schema, each entry names a preset, and each preset the values of fields that exist', () => {
  let entries = 0;
  fc.assert(
    fc.property(anySpec, fc.boolean(), (spec, isOperation) => {
      // Each member has search words, so each variant wants to be in the menu.
      const schema = build(spec, 'it', ({ kind }, one) =>
        kind === 'member' ? v.pipe(one, hints({ keywords: ['k'] })) : one,
      );
      const input = v.object({ it: schema });
      const run = () => ({});
      let template: ElementTemplate;
      try {
        template = createTemplate(
          (isOperation
            ? defineOutbound({
                name: 'M',
                type: 'm',
                operations: { a: { input, run }, b: { input: v.object({}), run } },
              })
            : defineOutbound({ name: 'M', type: 'm', input, run })) as AnyOutbound,
        );
      } catch (error) {
        if (!isFault(error, 'definition')) throw error;
        return;
      }
      // Among others, this asserts that presets, properties and choices exist, and that no category is empty.
      assertValidTemplate(template);
      entries += template.presets?.length ?? 0;
    }),
    { numRuns: Number(process.env.TEMPLATE_RUNS ?? 300), seed: Number(process.env.TEMPLATE_SEED ?? 41) },
  );
  assert.ok(entries > 100, `only ${entries} entries`);
});

describe('what the menu cannot have is refused', () => {
  const problems = (input: v.GenericSchema): string =>
    problemsOf(() =>
      createTemplate(defineOutbound({ name: 'M', type: 'm', input, run: () => ({}) }) as AnyOutbound),
    ).join('\n');

  test('two variants side by side', () => {
    const both = v.object({ a: v.variant('method', [send, list]), b: v.variant('method', [channel, list]) });
    assert.match(
      problems(both),
      /^b: another variant, "a", has entries in the create menu already; remove the keywords/,
    );
  });

  test('keywords of a member that has entries of its own, of a boolean key, or of a variant outside the menu', () => {
    const category = v.variant('r', [
      v.pipe(v.object({ r: v.literal('x'), call: v.variant('method', [send, list]) }), hints({ keywords: ['k'] })),
    ]);
    assert.match(
      problems(v.object({ a: category })),
      /^a: the hint "keywords" has no effect on a member that has entries of its own/,
    );
    const checkbox = v.variant('on', [
      v.pipe(v.object({ on: v.literal(true) }), hints({ keywords: ['k'] })),
      v.object({ on: v.literal(false) }),
    ]);
    assert.match(
      problems(v.object({ a: checkbox })),
      /^a: the hint "keywords" has no effect on a member with a boolean key/,
    );
    const outside = v.pipe(v.variant('method', [send, list]), hints({ menu: false }));
    assert.match(
      problems(v.object({ a: outside })),
      /^a: the hint "keywords" has no effect on a member of a variant outside the menu/,
    );
    assert.match(problems(outside), /the hint "keywords" has no effect on a member of a variant outside the menu/);
  });

  test('a single entry', () => {
    assert.match(
      problems(v.object({ a: v.variant('method', [send]) })),
      /^a: the create menu has a single entry, so .*keywords/,
    );
  });
});
