import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompiledResource, MachineDecisionInstance } from '../../../src/engine/machine/types.ts';
import { chain, end, other, type Part, start } from '../support/bpmn.ts';
import { decision, dmn, dmnFile, literal, table } from '../support/dmn.ts';
import { compile, createRig, compileDecisions as decisions, p, type Rig, rejected, rigWith } from './support.ts';

/** The decision `dish`: Stew in winter. */
const dish = dmn(decision('dish', table({ inputs: ['season'], outputs: ['dish'], rules: [['"Winter"', '"Stew"']] })));

/** A file with one literal expression as the decision `d`. */
const d = (text: string, versionTag?: string): Promise<CompiledResource> =>
  decisions(dmn(decision('d', literal(text), versionTag === undefined ? {} : { versionTag })));

const rule = (attributes: string, options: Parameters<typeof other>[2] = {}): Part =>
  other('businessRuleTask', 'rule', { extensions: `<zeebe:calledDecision ${attributes}/>`, ...options });

const process = (attributes: string, options?: Parameters<typeof other>[2]): string =>
  p(...chain(start(), rule(attributes, options), end()));

const asking = 'decisionId="dish" resultVariable="result"';
const askingD = 'decisionId="d" resultVariable="result"';

const failed = (rig: Rig): readonly [type: string, message: string] => {
  const { type, message } = rig.incident();
  return [type, message];
};

test('a business rule task writes the output of the decision (case 259)', async () => {
  const rig = await rigWith(process(asking), await decisions(dish));
  assert.deepEqual(rig.root(rig.create({ season: 'Winter' })), { season: 'Winter', result: 'Stew' });
  const none = rig.create({ season: 'Summer' });
  assert.equal(rig.state(none), 'COMPLETED');
  assert.deepEqual(rig.root(none), { season: 'Summer', result: null });
});

describe('the result variable', () => {
  test('replaces a local of its name, and then only that one (case 286)', async () => {
    const rig = await rigWith(process(asking, { inputs: { result: '=1' } }), await decisions(dish));
    assert.deepEqual(rig.root(rig.create({ season: 'Winter' })), { season: 'Winter' });
  });

  test('is local with output mappings (case 287)', async () => {
    const menu = dmn(decision('d', table({ inputs: [], outputs: ['name', 'price'], rules: [['"Stew"', '12']] })));
    const rig = await rigWith(process(askingD, { outputs: { k: '=result.price' } }), await decisions(menu));
    assert.deepEqual(rig.root(rig.create()), { k: 12 });
  });

  test('keeps large integers exactly, and temporal values as ISO 8601 text', async () => {
    const rig = await rigWith(process(askingD), await d('{ big: n, at: date("2026-01-31") }'));
    assert.deepEqual(rig.root(rig.create({ n: 9007199254740993n }))?.result, {
      big: 9007199254740993n,
      at: '2026-01-31',
    });
  });
});

test('a decision reads all visible variables, local before outer', async () => {
  const rig = await rigWith(process(askingD, { inputs: { x: '=x + 1' } }), await d('[x, y]'));
  assert.deepEqual(rig.root(rig.create({ x: 1, y: 5 }))?.result, [2, 5]);
});

describe('the id of the decision (case 282)', () => {
  const dynamic = 'decisionId="=&quot;d&quot; + string(n)" resultVariable="result"';

  test('is evaluated for each instance', async () => {
    const two = dmn(decision('d1', literal('"one"')), decision('d2', literal('"two"')));
    const rig = await rigWith(process(dynamic), await decisions(two));
    assert.equal(rig.root(rig.create({ n: 1 }))?.result, 'one');
    assert.equal(rig.root(rig.create({ n: 2 }))?.result, 'two');
  });

  test('must be text', async () => {
    const rig = await rigWith(process('decisionId="=n" resultVariable="result"'), await d('1'));
    rig.create({ n: null });
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
  });

  test('that is unknown gives an incident, until the decision is deployed', async () => {
    const rig = await rigWith(process(askingD));
    const instance = rig.create();
    assert.deepEqual(failed(rig), [
      'CALLED_DECISION_ERROR',
      "Expected to evaluate decision 'd', but no decision found for id 'd'",
    ]);
    await rig.deploy(await d('1'));
    rig.machine.resolveIncident(rig.incident().key);
    assert.deepEqual(rig.root(instance), { result: 1 });
  });
});

describe('bindings', () => {
  test('deployment finds the version of the same deployment (case 283)', async () => {
    const bound = process(`${askingD} bindingType="deployment"`);
    const rig = createRig();
    await rig.deploy(bound, await d('1'));
    await rig.deploy(await d('2'));
    assert.equal(rig.root(rig.create())?.result, 1);
    await rig.deploy(bound.replace('<bpmn:process ', '<bpmn:process name="new" '));
    rig.create();
    const [type, message] = failed(rig);
    assert.equal(type, 'CALLED_DECISION_ERROR');
    assert.match(
      message,
      /^Expected to evaluate decision 'd' with binding type 'deployment', but no such decision found/,
    );
    assert.match(message, /in the deployment with key \d{16} which/);
  });

  test('versionTag finds the newest version with the tag (case 284)', async () => {
    const rig = createRig();
    await rig.deploy(process(`${askingD} bindingType="versionTag" versionTag="v1"`));
    await rig.deploy(await d('1', 'v1'));
    await rig.deploy(await d('2'));
    assert.equal(rig.root(rig.create())?.result, 1);
    await rig.deploy(await d('3', 'v1'));
    assert.equal(rig.root(rig.create())?.result, 3);
  });

  test('versionTag can be an expression; a tag that no version has gives an incident', async () => {
    const rig = createRig();
    await rig.deploy(process(`${askingD} bindingType="versionTag" versionTag="=tag"`), await d('1', 'v1'));
    assert.equal(rig.root(rig.create({ tag: 'v1' }))?.result, 1);
    rig.create({ tag: 'v2' });
    const [type, message] = failed(rig);
    assert.equal(type, 'CALLED_DECISION_ERROR');
    assert.match(message, /'d' with binding type 'versionTag' and version tag 'v2', but no such decision found/);
  });
});

test('a decision that fails gives an incident that names it and the reason (case 261)', async () => {
  const rig = await rigWith(process(askingD), await d('assert(x, x > 0)'));
  const instance = rig.create({ x: 0 });
  const [type, message] = failed(rig);
  assert.equal(type, 'DECISION_EVALUATION_ERROR');
  assert.match(message, /^Expected to evaluate decision 'd', but failed to evaluate expression 'assert\(x, x > 0\)': /);
  rig.machine.setVariables(instance, { x: 1 }, false);
  rig.machine.resolveIncident(rig.incident().key);
  assert.deepEqual(rig.root(instance), { x: 1, result: 1 });
});

test('a resolved incident repeats the input mappings (case 285)', async () => {
  const rig = await rigWith(process(askingD, { inputs: { x: '=y' } }), await d('assert(x, x > 0)'));
  const instance = rig.create({ y: 0 });
  rig.machine.setVariables(rig.key(instance, 'rule'), { x: 5 }, true);
  rig.machine.resolveIncident(rig.incident().key);
  assert.equal(rig.incident().type, 'DECISION_EVALUATION_ERROR');
  rig.machine.setVariables(instance, { y: 7 }, false);
  rig.machine.resolveIncident(rig.incident().key);
  assert.deepEqual(rig.root(instance), { y: 7, result: 7 });
});

describe('decision instances', () => {
  const chainFile = dmn(
    decision('base', table({ inputs: ['x'], rules: [['> 1', '"big"']] })),
    decision('d', literal('base'), { requires: ['base'] }),
  );

  const shortened = (rig: Rig): readonly (readonly [string, string, unknown])[] =>
    rig.machine
      .decisionInstances()
      .map(({ decisionId, state, output }: MachineDecisionInstance) => [decisionId, state, output]);

  test('show who evaluated what, and which rules matched', async () => {
    const rig = await rigWith(process(askingD), await decisions(chainFile));
    const processInstanceKey = rig.create({ x: 2 });
    const [base, whole] = rig.machine.decisionInstances();
    const { key, evaluationKey, decisionKey, elementInstanceKey, ...rest } = base!;
    assert.equal(key, `${evaluationKey}-1`);
    assert.equal(whole?.key, `${evaluationKey}-2`);
    assert.match(decisionKey, /^\d{16}$/);
    assert.match(elementInstanceKey ?? '', /^\d{16}$/);
    assert.deepEqual(rest, {
      decisionId: 'base',
      decisionName: 'Decision base',
      decisionVersion: 1,
      decisionType: 'DECISION_TABLE',
      state: 'EVALUATED',
      output: 'big',
      inputs: [{ id: 'in1', name: 'Input 1', value: 2 }],
      matchedRules: [{ ruleId: 'rule1', ruleIndex: 1, outputs: [{ id: 'out1', name: 'out', value: 'big' }] }],
      failureMessage: null,
      elementId: 'rule',
      processInstanceKey,
      bpmnProcessId: 'p',
    });
    const events = rig.events.filter((event) => event.kind === 'decision:evaluated');
    assert.equal(events.length, 1);
    assert.deepEqual(events[0]?.evaluation.evaluatedDecisions, rig.machine.decisionInstances());
  });

  test('show a failure at the decision that failed', async () => {
    const failing = dmn(
      decision('base', literal('assert(x, x > 0)')),
      decision('d', literal('base'), { requires: ['base'] }),
    );
    const rig = await rigWith(process(askingD), await decisions(failing));
    rig.create({ x: 0 });
    assert.deepEqual(shortened(rig), [['base', 'FAILED', null]]);
    const [event] = rig.events.filter(({ kind }) => kind === 'decision:failed');
    assert.ok(event?.kind === 'decision:failed', 'There is one event.');
    assert.equal(event.evaluation.failedDecisionId, 'base');
    assert.match(event.evaluation.failureMessage ?? '', /^Expected to evaluate decision 'd', but failed/);
  });

  test('and decisions outlive a snapshot', async () => {
    const xml = process(askingD);
    const rig = await rigWith(xml, await decisions(chainFile));
    rig.create({ x: 2 });
    const snapshot = JSON.parse(JSON.stringify(rig.machine.snapshot()));
    const resources = [await compile(xml, 'p.bpmn'), await decisions(chainFile)];
    const restored = createRig({ snapshot, resources });
    assert.deepEqual(restored.machine.decisionInstances(), rig.machine.decisionInstances());
    assert.deepEqual(restored.machine.snapshot(), rig.machine.snapshot());
    assert.deepEqual(restored.root(restored.create({ x: 3 })), { x: 3, result: 'big' });
    const again = await restored.deploy(xml, await decisions(chainFile));
    assert.equal(again.decisions[0]?.version, 1);
  });

  test('are kept up to a limit', async () => {
    const rig = await rigWith(await d('x'));
    for (let x = 0; x < 10_010; x++) rig.machine.evaluateDecision({ decisionId: 'd', variables: { x } });
    const outputs = rig.machine.decisionInstances().map(({ output }) => output);
    assert.deepEqual([outputs.length, outputs[0], outputs.at(-1)], [10_000, 10, 10_009]);
  });
});

describe('the command EvaluateDecision', () => {
  test('finds the latest version by id, and any version by key; the id counts if both are given', async () => {
    const rig = createRig();
    const first = (await rig.deploy(await d('1'))).decisions[0]!;
    await rig.deploy(await d('2'));
    const evaluate = (request: { decisionId?: string; decisionKey?: string }) =>
      rig.machine.evaluateDecision({ ...request, variables: {} });
    assert.equal(evaluate({ decisionId: 'd' }).output, 2);
    assert.equal(evaluate({ decisionKey: first.decisionKey }).output, 1);
    assert.equal(evaluate({ decisionId: 'd', decisionKey: first.decisionKey }).output, 2);
  });

  test('is rejected without such a decision', async () => {
    const rig = await rigWith(await d('1'));
    const evaluate = (request: { decisionId?: string; decisionKey?: string }) => {
      const { code, reason } = rejected(() => rig.machine.evaluateDecision({ ...request, variables: {} }));
      return [code, reason];
    };
    const byId = ['NOT_FOUND', "Expected to evaluate decision 'x', but no decision found for id 'x'"];
    assert.deepEqual(evaluate({ decisionId: 'x' }), byId);
    assert.deepEqual(evaluate({ decisionId: 'x', decisionKey: '1' }), byId);
    assert.deepEqual(evaluate({ decisionKey: '1' }), [
      'NOT_FOUND',
      "Expected to evaluate decision with key '1', but no decision found for key '1'",
    ]);
    assert.equal(evaluate({})[0], 'INVALID_ARGUMENT');
    assert.equal(evaluate({ decisionKey: '0' })[0], 'INVALID_ARGUMENT');
  });
});

describe('a deployment with decisions', () => {
  const two = dmnFile(
    { id: 'menu', name: 'Menu' },
    decision('dish', literal('1'), { name: 'Dish' }),
    decision('drinks', literal('2'), { name: 'Drinks' }),
  );

  test('returns the decisions and their requirements; the same file gives the same versions (case 291)', async () => {
    const rig = createRig();
    const { decisions: found, decisionRequirements, processes } = await rig.deploy(await decisions(two, 'menu.dmn'));
    assert.deepEqual(processes, []);
    const [requirements] = decisionRequirements;
    const { decisionRequirementsKey } = requirements!;
    assert.deepEqual(decisionRequirements, [
      {
        dmnDecisionRequirementsId: 'menu',
        dmnDecisionRequirementsName: 'Menu',
        version: 1,
        decisionRequirementsKey,
        resourceName: 'menu.dmn',
      },
    ]);
    assert.deepEqual(
      found.map(({ decisionKey, ...rest }) => rest),
      [
        ['dish', 'Dish'],
        ['drinks', 'Drinks'],
      ].map(([dmnDecisionId, dmnDecisionName]) => ({
        dmnDecisionId,
        dmnDecisionName,
        version: 1,
        dmnDecisionRequirementsId: 'menu',
        decisionRequirementsKey,
      })),
    );
    const again = await rig.deploy(await decisions(two, 'menu.dmn'));
    assert.deepEqual([again.decisions, again.decisionRequirements], [found, decisionRequirements]);
    const changed = await rig.deploy(await decisions(two.replace('Drinks', 'Wine'), 'menu.dmn'));
    assert.deepEqual(
      changed.decisions.map(({ version }) => version),
      [2, 2],
    );
    assert.equal(changed.decisionRequirements[0]?.version, 2);
  });

  test('counts the versions of each decision on its own', async () => {
    const rig = createRig();
    await rig.deploy(await decisions(two, 'menu.dmn'));
    const other = dmnFile({ id: 'other' }, decision('dish', literal('3')));
    const { decisions: found, decisionRequirements } = await rig.deploy(await decisions(other, 'other.dmn'));
    assert.equal(found[0]?.version, 2);
    assert.equal(decisionRequirements[0]?.version, 1);
  });

  test('is rejected if two files have the same ids', async () => {
    const rig = createRig();
    const resources = [await decisions(two, 'a.dmn'), await decisions(two, 'b.dmn')];
    const { code, reason } = rejected(() => rig.machine.deploy(resources));
    assert.equal(code, 'INVALID_ARGUMENT');
    assert.match(reason, /'b\.dmn':/);
    for (const id of ["decision requirements id 'menu'", "decision id 'dish'", "decision id 'drinks'"]) {
      assert.match(reason, new RegExp(`The ${id} is also used in 'a\\.dmn'`));
    }
  });
});

test('after the deletion of its file, a decision is not found (case 289)', async () => {
  const rig = await rigWith(process(askingD));
  const first = await rig.deploy(await d('1'));
  const second = await rig.deploy(await d('2'));
  const evaluate = () => rig.machine.evaluateDecision({ decisionId: 'd', variables: {} });
  rig.machine.deleteResource(second.decisionRequirements[0]!.decisionRequirementsKey);
  assert.equal(evaluate().output, 1);
  const { decisionRequirementsKey } = first.decisionRequirements[0]!;
  rig.machine.deleteResource(decisionRequirementsKey);
  const instance = rig.create();
  assert.equal(rig.incident().type, 'CALLED_DECISION_ERROR');
  assert.equal(rejected(evaluate).code, 'NOT_FOUND');
  assert.equal(rejected(() => rig.machine.deleteResource(decisionRequirementsKey)).code, 'NOT_FOUND');
  const third = await rig.deploy(await d('3'));
  assert.equal(third.decisions[0]?.version, 3);
  rig.machine.resolveIncident(rig.incident().key);
  assert.deepEqual(rig.root(instance), { result: 3 });
});

test('a business rule task by job needs a worker (case 288)', async () => {
  const rig = await rigWith(
    p(
      ...chain(
        start(),
        other('businessRuleTask', 'rule', { extensions: '<zeebe:taskDefinition type="rules"/>' }),
        end(),
      ),
    ),
  );
  const instance = rig.create();
  rig.complete('rules', { result: 1 });
  assert.deepEqual(rig.root(instance), { result: 1 });
});

test('decisions run in a multi-instance activity, once for each item', async () => {
  const loop =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2,3]" inputElement="x" outputCollection="all" outputElement="=result"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
  const rig = await rigWith(process(askingD, { content: loop }), await d('x * 10'));
  assert.deepEqual(rig.root(rig.create())?.all, [10, 20, 30]);
  assert.equal(rig.machine.decisionInstances().length, 3);
});
