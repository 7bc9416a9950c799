/** Credentials of Camunda 8.10. The numbers are those of the reference. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { validateZeebeConfiguration } from '@bpmn-io/element-templates-validator';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { type Credential, type Hints, hints } from '../../src/connector/hints.ts';
import { bindInput } from '../../src/connector/input/validate-input.ts';
import { executeOutbound } from '../../src/runtime/execute/execute-outbound.ts';
import {
  createTemplate,
  createTemplates,
  type ElementTemplate,
  type TemplateOptions,
} from '../../src/template/index.ts';
import { createRig, rigWith } from '../engine/machine/support.ts';
import { makeJob } from '../runtime/support/cluster.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { createLint, type Lint } from './support/linter.ts';
import { problemsOf, propertyOf, templateOf } from './support/make.ts';
import { assertValidTemplate, templateFaults } from './support/validate.ts';

const login = v.object({
  login: v.object({ user: v.string(), key: v.pipe(v.string(), hints({ secret: true })) }),
  region: v.optional(v.picklist(['eu', 'us'])),
});

const credential: Credential = { id: 'acme:account:1', name: 'Acme account' };

const account = v.pipe(login, hints({ credential }));

const withHint = (schema: v.GenericSchema, more: Partial<Credential> = {}, others: Hints = {}): v.GenericSchema =>
  v.pipe(schema, hints({ credential: { ...credential, ...more }, ...others }));

const refusals = (entries: v.ObjectEntries, options?: TemplateOptions): string =>
  problemsOf(() =>
    createTemplate(defineOutbound({ name: 'T', type: 't', input: v.object(entries), run: () => ({}) }), options),
  ).join('\n');

const fieldsOf = (schema: v.GenericSchema) => {
  const { configurationTemplates: [first] = [] } = templateOf({ x: withHint(schema) });
  assert.ok(first, 'there is no credential');
  return first.properties;
};

describe('the template', () => {
  test('1: asks for the credential in one field, and contains its kind', () => {
    const template = templateOf({ account });
    assert.deepEqual(propertyOf(template, 'account'), {
      id: 'account',
      label: 'Account',
      constraints: { notEmpty: true },
      group: 'default',
      binding: { type: 'zeebe:input', name: 'account' },
      type: 'Configuration',
      configurationTemplate: 'acme:account:1',
    });
    assert.deepEqual(template.configurationTemplates, [
      {
        id: 'acme:account:1',
        kind: 'CREDENTIAL',
        version: 1,
        name: 'Acme account',
        properties: [
          {
            id: 'login.user',
            label: 'User',
            constraints: { notEmpty: true },
            binding: { type: 'property', name: 'login.user' },
            type: 'String',
          },
          {
            id: 'login.key',
            label: 'Key',
            tooltip: 'The key of a secret of the cluster. The credential does not contain the secret itself.',
            placeholder: 'LOGIN_KEY',
            constraints: { notEmpty: true },
            secret: true,
            binding: { type: 'property', name: 'login.key' },
            type: 'String',
          },
          {
            id: 'region',
            label: 'Region',
            binding: { type: 'property', name: 'region' },
            type: 'Dropdown',
            choices: [
              { name: '(not set)', value: '' },
              { name: 'Eu', value: 'eu' },
              { name: 'Us', value: 'us' },
            ],
          },
        ],
      },
    ]);
  });

  test('18: a kind of credential is valid on its own', () => {
    const { configurationTemplates = [] } = templateOf({ account });
    const { valid, errors, warnings } = validateZeebeConfiguration(configurationTemplates[0] ?? {});
    assert.deepEqual([valid, errors, warnings], [true, null, null]);
    assert.equal(validateZeebeConfiguration(templateOf({ account })).valid, false);
  });

  test('10: the check of templates finds a chooser without its credential', () => {
    const template = templateOf({ account });
    const wrong = [
      { ...template, configurationTemplates: [] },
      { ...template, configurationTemplates: template.configurationTemplates?.map((one) => ({ ...one, id: 'other' })) },
    ];
    for (const one of wrong) {
      assert.deepEqual(templateFaults(one), ['account: the template does not contain its credential']);
    }
  });

  test('the settings of the kind', () => {
    const whole = withHint(v.object({ a: v.pipe(v.string(), hints({ group: 'g' })), b: v.string() }), {
      version: 3,
      minVersion: 2,
      description: 'D',
      documentation: 'https://example.org',
      keywords: ['k'],
      groups: [{ id: 'g', label: 'Gee' }],
    });
    const template = templateOf({ whole });
    assert.equal(propertyOf(template, 'whole').configurationTemplateVersion, 2);
    const [kind] = template.configurationTemplates ?? [];
    const { properties = [], ...head } = kind ?? {};
    assert.deepEqual(head, {
      id: 'acme:account:1',
      kind: 'CREDENTIAL',
      version: 3,
      name: 'Acme account',
      description: 'D',
      documentationRef: 'https://example.org',
      keywords: ['k'],
      groups: [
        { id: 'g', label: 'Gee' },
        { id: 'default', label: 'Properties' },
      ],
    });
    assert.deepEqual(
      properties.map(({ group }) => group),
      ['g', 'default'],
    );
  });

  test('the field has its own label, section, order, condition and texts', () => {
    const template = templateOf({
      way: v.picklist(['stored', 'inline']),
      account: v.pipe(
        v.optional(account),
        v.title('Stored account'),
        v.description('Chosen from the cluster'),
        hints({
          group: 'auth',
          tooltip: 'T',
          id: 'acc',
          condition: { property: 'way', equals: 'stored' },
          notEmpty: true,
        }),
      ),
    });
    const { label, description, tooltip, group, condition, constraints } = propertyOf(template, 'acc');
    assert.deepEqual([label, description, tooltip, group], ['Stored account', 'Chosen from the cluster', 'T', 'auth']);
    assert.deepEqual(
      [condition, constraints],
      [{ property: 'way', equals: 'stored', type: 'simple' }, { notEmpty: true }],
    );
  });

  test('7: every kind of field that a credential can have', () => {
    const fields = fieldsOf(
      v.object({
        text: v.pipe(v.string(), v.regex(/^\d+$/, 'must be digits'), hints({ type: 'Text' })),
        count: v.optional(v.pipe(v.number(), v.minValue(0)), 3),
        on: v.optional(v.boolean(), true),
        maybe: v.nullish(v.boolean()),
        size: v.picklist([1, 2]),
        fixed: v.literal('x'),
        flag: v.literal(true),
        odd: v.optional(v.picklist(['=x', 'y']), '=x'),
        json: v.pipe(v.string(), v.parseJson()),
      }),
    );
    assert.deepEqual(
      fields.map(({ id, type, value, choices }) => [id, type, value, choices?.map((one) => one.value)]),
      [
        ['text', 'Text', undefined, undefined],
        ['count', 'Number', 3, undefined],
        ['on', 'Boolean', true, undefined],
        ['maybe', 'Dropdown', undefined, ['', 'true', 'false']],
        ['size', 'Dropdown', undefined, ['1', '2']],
        ['fixed', 'Hidden', 'x', undefined],
        ['flag', 'Hidden', true, undefined],
        ['odd', 'Dropdown', '=x', ['=x', 'y']],
        ['json', 'Text', undefined, undefined],
      ],
    );
    assert.equal(fields[0]?.constraints?.pattern?.value, '^\\d+$');
    assert.equal(
      fields.some((field) => 'feel' in field || 'optional' in field),
      false,
    );
  });

  test('a variant is a list, with fields that depend on it', () => {
    const fields = fieldsOf(
      v.variant('type', [
        v.object({ type: v.literal('keys'), key: v.string() }),
        v.object({ type: v.literal('default'), profile: v.optional(v.string()) }),
      ]),
    );
    assert.deepEqual(
      fields.map(({ id, condition }) => [id, condition]),
      [
        ['type', undefined],
        ['key', { property: 'type', equals: 'keys', type: 'simple' }],
        ['profile', { property: 'type', equals: 'default', type: 'simple' }],
      ],
    );
  });

  test('34: one schema is the same credential for several connectors and inputs', () => {
    const connector = (name: string, entries: v.ObjectEntries) =>
      createTemplate(defineOutbound({ name, type: name, input: v.object(entries), run: () => ({}) }));
    const one = connector('one', { account });
    const other = connector('other', {
      first: v.pipe(v.optional(account), v.title('Other')),
      second: v.nullish(account),
    });
    assert.equal(JSON.stringify(one.configurationTemplates), JSON.stringify(other.configurationTemplates));
    const inbound = defineInbound({ name: 'in', input: v.object({ account }), loop: () => null });
    const [activation, ...waiting] = createTemplates(inbound);
    assertValidTemplate(activation as ElementTemplate);
    assert.deepEqual(activation?.configurationTemplates, one.configurationTemplates);
    assert.ok(waiting.every((template) => template.configurationTemplates === undefined));
  });

  test('16: two versions of one id', () => {
    const old = withHint(v.object({ user: v.string() }));
    const current = withHint(v.object({ user: v.string(), team: v.optional(v.string()) }), { version: 2 });
    const { configurationTemplates = [] } = templateOf({ a: v.optional(old), b: v.optional(current) });
    assert.deepEqual(
      configurationTemplates.map(({ version }) => version),
      [1, 2],
    );
  });

  test('31 and 35: it is for Camunda 8.10', async () => {
    const template = templateOf({ account });
    assert.deepEqual(template.engines, { camunda: '^8.10' });
    const diagram = await applyTo(template);
    for (const [platform, isOffered] of [
      ['8.9.0', false],
      ['8.10.0', true],
      ['8.10.0-alpha5', true],
    ] as const) {
      assert.equal(diagram.offered('it', platform).length === 1, isOffered, platform);
    }
    assert.deepEqual(templateOf({ account }, { engines: '^8.11' }).engines, { camunda: '^8.11' });
    assert.match(
      refusals({ account }, { engines: '^8.9' }),
      /^template\.engines\.camunda: credentials need Camunda 8\.10/,
    );
  });
});

describe('what a credential cannot have is refused', () => {
  const cases: readonly (readonly [title: string, schema: v.GenericSchema, message: RegExp])[] = [
    [
      '36: a list',
      withHint(v.object({ a: v.object({ b: v.array(v.string()) }) })),
      /^x\.a\.b: a credential takes single values/,
    ],
    ['36: a credential', withHint(v.object({ a: account })), /^x\.a: a credential must not contain a credential/],
    [
      'an entry that may be null but must exist',
      withHint(v.object({ a: v.nullable(v.string()) })),
      /^x\.a: a credential leaves out an empty field, but the schema requires the entry/,
    ],
    [
      'a number that is fixed',
      withHint(v.object({ a: v.literal(5) })),
      /^x\.a: a credential can fix texts and booleans only/,
    ],
    [
      'an expression as the default of a field',
      withHint(v.object({ a: v.pipe(v.string(), hints({ default: '=b' })) })),
      /^x\.a: a credential takes values, but no expressions/,
    ],
    [
      'a header',
      withHint(v.object({ a: v.pipe(v.optional(v.string()), hints({ target: 'header' })) })),
      /^x\.a: a field of a credential has no target/,
    ],
    [
      'a generated value',
      withHint(v.object({ a: v.pipe(v.string(), hints({ generated: 'uuid' })) })),
      /^x\.a: a credential has no generated values/,
    ],
    ['something that is not an object', withHint(v.string()), /^x: a schema of type "string" has no fields of its own/],
    [
      '13: a lowest version that does not exist',
      withHint(login, { version: 1, minVersion: 2 }),
      /minVersion must be at most the version, 1/,
    ],
    ['3: a version below 1', withHint(login, { version: 0 }), /credential\.version: expected a positive whole number/],
    ['2: no name', v.pipe(login, hints({ credential: { id: 'a' } as Credential })), /credential\.name: is missing/],
    ['25: a blank id', withHint(login, { id: ' ' }), /credential\.id: expected text that is not empty/],
    ['12: FEEL', withHint(login, {}, { feel: 'optional' }), /^x: the hint "feel" has no effect on a credential/],
    [
      '12: a placeholder',
      withHint(login, {}, { placeholder: 'p' }),
      /^x: the hint "placeholder" has no effect on a credential/,
    ],
    [
      '11: a header as a whole',
      withHint(login, {}, { target: 'header' }),
      /^x: the hint "target" has no effect on a credential/,
    ],
    [
      'a default that is an object',
      withHint(login, {}, { default: { region: 'eu' } }),
      /^x: the default of a credential must be an expression/,
    ],
    ['an unused section', withHint(login, { groups: [{ id: 'g', label: 'G' }] }), /no field is in the group "g"/],
    [
      'an id twice',
      withHint(v.object({ a: v.string(), b: v.pipe(v.string(), hints({ id: 'a' })) })),
      /another field has the id "a"/,
    ],
  ];
  for (const [title, schema, message] of cases) test(title, () => assert.match(refusals({ x: schema }), message));

  test('two descriptions of one version', () => {
    assert.match(
      refusals({ a: account, b: withHint(v.object({ other: v.string() })) }),
      /^b: another field describes version 1 of the credential "acme:account:1" differently/,
    );
  });
});

describe('the diagram', () => {
  test('19: an input without a value while nothing is chosen', async () => {
    assert.deepEqual((await applyAndRead(templateOf({ account }))).inputs, { account: null });
  });

  test('22: the stored credential that a hint names', async () => {
    const template = templateOf({ x: withHint(login, {}, { default: '=camunda.vars.env.acme' }) });
    assert.deepEqual((await applyAndRead(template)).inputs, { x: '=camunda.vars.env.acme' });
  });

  test('24: inline fields that disappear while a credential is chosen', async () => {
    const template = templateOf({
      account: v.optional(account),
      key: v.pipe(v.optional(v.string()), hints({ condition: { property: 'account', isEmpty: true } })),
    });
    const diagram = await applyTo(template);
    const names = async () => Object.keys((await readSaved(diagram)).inputs);
    assert.deepEqual(await names(), ['account', 'key']);
    diagram.fill('it', { account: '=camunda.vars.env.acme' });
    assert.deepEqual(await names(), ['account']);
    diagram.fill('it', { account: undefined });
    assert.deepEqual((await names()).toSorted(), ['account', 'key']);
  });

  test('26: the Modeler loads two templates with the same credential', async () => {
    const one = templateOf({ account });
    const other = templateOf({ account, more: v.string() }, { id: 'other' });
    const diagram = await applyTo(one, other);
    assert.deepEqual([...diagram.offered('it', '8.10.0')].toSorted(), ['other@1', 'tester@1']);
  });

  let lint: Lint;
  before(async () => {
    lint = await createLint();
  });

  test('30: it complains of a required credential that is not chosen', async () => {
    const template = templateOf({ account });
    const diagram = await applyTo(template);
    const complaints = async () => lint(await diagram.save(), [template]);
    assert.deepEqual(await complaints(), ['it: Account must not be empty.']);
    diagram.fill('it', { account: '=camunda.vars.env.acme' });
    assert.deepEqual(await complaints(), []);
  });

  test('30: it accepts any text in its place, unless a pattern refuses it', async () => {
    const template = templateOf({ account });
    const strict = {
      ...template,
      properties: template.properties.map((one) =>
        one.id === 'account' ? { ...one, constraints: { notEmpty: true, pattern: '^=camunda\\.vars' } } : one,
      ),
    };
    const complaints = async (chosen: object) => {
      const diagram = await applyTo(chosen);
      diagram.fill('it', { account: 'bob' });
      return lint(await diagram.save(), [chosen]);
    };
    assert.deepEqual(await complaints(template), []);
    assert.equal((await complaints(strict)).length, 1);
  });
});

describe('the job', () => {
  const input = v.object({ account: v.optional(account), key: v.optional(v.string()) });

  test('37: the values of the credential, or none', async () => {
    const values = { login: { user: 'ann', key: 'k' } };
    assert.deepEqual(await bindInput(input, { account: values }), { ok: true, value: { account: values } });
    assert.deepEqual(await bindInput(input, { account: null, key: 'inline' }), { ok: true, value: { key: 'inline' } });
    const required = await bindInput(v.object({ account }), { account: null });
    assert.match(required.ok ? '' : required.problems.join(), /^account: /);
  });

  test('38: a secret of the credential is masked in the error of the job', async () => {
    const connector = defineOutbound({
      name: 'T',
      type: 't',
      input: v.object({ account }),
      run: ({ account: { login: given } }) => {
        throw new Error(`${given.user} may not use the key ${given.key}`);
      },
    });
    const variables = JSON.stringify({ account: { login: { user: 'ann', key: 'opensesame-4711' } } });
    const outcome = await executeOutbound(connector, makeJob({ type: 't', variables }));
    assert.equal(outcome.kind, 'fail');
    assert.match(outcome.message, /ann may not use the key/);
    assert.doesNotMatch(JSON.stringify(outcome), /opensesame/);
  });

  test('texts of a form become numbers and booleans again', async () => {
    const schema = v.object({ x: withHint(v.object({ size: v.picklist([1, 2]), maybe: v.nullish(v.boolean()) })) });
    assert.deepEqual(await bindInput(schema, { x: { size: '2', maybe: 'true' } }), {
      ok: true,
      value: { x: { size: 2, maybe: true } },
    });
  });

  test('110: on the engine, cluster variables stand for the stored credentials', async () => {
    const template = templateOf({ x: withHint(login, {}, { default: '=camunda.vars.env.acme' }) });
    const acme = { login: { user: 'ann', key: 'k' } };
    const rig = createRig(undefined, undefined, { clusterVariables: { acme } });
    await rig.deploy(await (await applyTo(template)).save());
    rig.create();
    assert.deepEqual(rig.job('tester').variables, { x: acme });
    const empty = await rigWith(await (await applyTo(template)).save());
    empty.create();
    assert.deepEqual(empty.job('tester').variables, { x: null });
  });

  test('33: the engine deploys what the Modeler writes for a chosen credential', async () => {
    const template = templateOf({ account });
    const diagram = await applyTo(template);
    diagram.fill('it', { account: '={login: {user: "ann", key: "k"}}' });
    const xml = (await diagram.save()).replace(
      'target="account"',
      'target="account" modelerConfigurationTemplate="acme:account:1" modelerConfigurationName="Ann"',
    );
    assert.match(xml, /modelerConfigurationName="Ann"/);
    const rig = await rigWith(xml);
    rig.create();
    assert.deepEqual(rig.job('tester').variables, { account: { login: { user: 'ann', key: 'k' } } });
  });
});
