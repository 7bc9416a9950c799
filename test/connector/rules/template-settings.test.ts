/** Template settings are checked and typed in the definition. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { checkConnector, defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { hints } from '../../../src/connector/hints.ts';
import { hintNames, hintRule } from '../../../src/connector/rules/hints.ts';
import { check } from '../../../src/connector/rules/rule-engine.ts';
import { templateSettingsRule } from '../../../src/connector/rules/template-settings.ts';

const log = { name: 'Log', type: 'log', input: v.object({ a: v.string() }), run: () => ({}) };

const accepted: readonly object[] = [
  {},
  { id: 'a', version: 0, name: 'N', description: '', icon: './a.svg', documentationRef: 'https://example.org' },
  { category: { id: 'a', name: 'A' }, keywords: ['a'], engines: '^8.8' },
  { engines: { camunda: '^8.8' }, groups: [{ id: 'a', label: 'A', tooltip: 't', openByDefault: true }] },
  { outputs: 'fields', appliesTo: ['bpmn:Task'], elementType: { value: 'bpmn:SendTask' } },
  { resultVariable: 'a', resultExpression: '={}', errorExpression: '=null', retryCount: 0, retryBackoff: 'PT1S' },
  { jobTimeout: 'P1DT1M', version: undefined },
];

const refused: readonly (readonly [settings: unknown, message: RegExp])[] = [
  ['a', /^expected an object of template settings, but got text$/],
  [{ id: ' ' }, /^id: expected text that is not empty, but got empty text$/],
  [{ version: 1.5 }, /^version: expected a whole number, 0 or more, but got 1\.5$/],
  [{ version: '1' }, /^version: /],
  [{ documentationRef: 'example.org' }, /^documentationRef: expected an address/],
  [{ category: 'a' }, /^category: expected \{ id, name \}/],
  [{ keywords: 'a' }, /^keywords: expected a list of texts/],
  [{ engines: { zeebe: '^8' } }, /^engines\.zeebe: unknown product\. Known: camunda, camundaDesktopModeler, /],
  [{ groups: [{ id: 'a' }] }, /^groups\[0\]\.label: is missing$/],
  [
    { groups: [{ id: 'a', label: 'A', open: true }] },
    /^groups\[0\]\.open: unknown property\. Did you mean openByDefault\?$/,
  ],
  [
    {
      groups: [
        { id: 'a', label: 'A' },
        { id: 'a', label: 'B' },
      ],
    },
    /^groups: two groups have the id "a"$/,
  ],
  [{ outputs: 'all' }, /^outputs: must be "variable" or "fields"$/],
  [{ appliesTo: [] }, /^appliesTo: /],
  [{ elementType: 'bpmn:Task' }, /^elementType: /],
  [{ resultExpression: 'a' }, /^resultExpression: expected a FEEL expression that starts with "="/],
  [{ retryCount: -1 }, /^retryCount: /],
  [{ retryBackoff: 30 }, /^retryBackoff: expected a duration/],
  [{ jobTimeout: 'P1Y' }, /^jobTimeout: expected a duration/],
  [{ colour: 'red' }, /^colour: unknown template setting\. Known: id, version, /],
  [{ documentationRf: 'https://example.org' }, /^documentationRf: .*\. Did you mean documentationRef\?$/],
  [{ messageName: 'a' }, /^messageName: only templates of inbound connectors have this setting$/],
];

describe('settings of templates', () => {
  for (const settings of accepted) {
    test(`${JSON.stringify(settings)} is fine`, () =>
      assert.deepEqual(check(templateSettingsRule.outbound, settings), []));
  }
  for (const [settings, message] of refused) {
    test(`${JSON.stringify(settings)} is refused`, () => {
      const [problem, ...others] = check(templateSettingsRule.outbound, settings);
      assert.match(problem ?? '', message);
      assert.deepEqual(others, []);
    });
  }

  test('a definition with wrong settings is refused, and all of them are listed', () => {
    const template = { version: -1, icon: '' };
    assert.deepEqual(checkConnector({ ...defineOutbound(log), template }), [
      'template.version: expected a whole number, 0 or more, but got -1',
      'template.icon: expected text that is not empty, but got empty text',
    ]);
    assert.throws(() => defineInbound({ name: 'in', template, loop: () => ({}) }), /- template\.version: /);
  });

  test('settings are typed for each kind of connector', () => {
    assert.equal(defineOutbound({ ...log, template: { version: 2, retryCount: 1 } }).template?.version, 2);
    const inbound = defineInbound({ name: 'in', template: { messageName: 'm' }, loop: () => ({}) });
    assert.equal(inbound.template?.messageName, 'm');
    // @ts-expect-error a version is a number
    assert.throws(() => defineOutbound({ ...log, template: { version: '2' } }));
    // @ts-expect-error only inbound connectors have a message
    assert.throws(() => defineOutbound({ ...log, template: { messageName: 'm' } }));
    // @ts-expect-error the activation has no retries
    assert.throws(() => defineInbound({ name: 'in', template: { retryCount: 1 }, loop: () => ({}) }));
  });
});

describe('hints', () => {
  test('are metadata, and do not change the type of the schema', () => {
    const schema = v.pipe(v.string(), hints({ group: 'g' }));
    const value: string = v.parse(schema, 'a');
    assert.equal(value, 'a');
    assert.deepEqual(v.getMetadata(schema), { camunda: { group: 'g' } });
  });

  test('are checked by rules', () => {
    assert.ok(hintNames.includes('group'));
    const good = { group: 'g', condition: [{ property: 'a', oneOf: ['x', 1] }], choices: { a: 'A' }, default: false };
    assert.deepEqual(check(hintRule, good), []);
    const bad = {
      placholder: 'p',
      feel: 'never',
      choices: { a: 1 },
      keywords: ['k', ''],
      default: null,
      condition: [{ property: 'a', equals: 'x' }, { property: 'a' }, { property: 'a', equal: 'x' }],
    };
    assert.deepEqual(check(hintRule, bad, ['hints']), [
      'hints.feel: must be one of "optional", "required", "static", "none"',
      'hints.choices.a: expected text that is not empty, but got 1',
      'hints.condition[1]: needs one of equals, oneOf, isEmpty, isActive',
      'hints.condition[2].equal: unknown property. Did you mean equals?',
      'hints.default: must not be null, which an empty field sends; leave it out',
      'hints.keywords[1]: expected text that is not empty, but got empty text',
      'hints.placholder: unknown hint. Did you mean placeholder?',
    ]);
  });

  test('are typed', () => {
    // @ts-expect-error there is no such hint
    hints({ colour: 'red' });
    // @ts-expect-error a condition needs a test of the other field
    hints({ condition: { property: 'a' } });
    // @ts-expect-error FEEL is a mode, not a switch
    hints({ feel: true });
  });
});
