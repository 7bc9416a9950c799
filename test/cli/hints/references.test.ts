/** References to processes, decisions, forms and linked resources that are not deployed; both ways: what is named, and what is not. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findHints, hintLine } from '../../../src/cli/hints/hints.ts';
import { definitionsOn } from '../../../src/cli/hints/references/definitions.ts';
import { compileResources, readBeside, readResources } from '../../../src/cli/hints/references/read-resources.ts';
import type { Definition, KnownDefinitions } from '../../../src/cli/hints/types.ts';
import { createEngine } from '../../../src/engine/index.ts';
import {
  bytes,
  callActivity,
  chain,
  end,
  file,
  other,
  type Part,
  process as processFile,
  processPart,
  serviceTask,
  start,
} from '../../engine/support/bpmn.ts';
import { decision, dmn, table } from '../../engine/support/dmn.ts';

const dish = dmn(decision('dish', table({ inputs: ['season'], outputs: ['dish'], rules: [['-', '"Stew"']] })));

const form = (id: string, versionTag?: string): string =>
  JSON.stringify({ id, versionTag, type: 'default', components: [] });

const one = (element: Part): readonly Part[] => chain(start(), element, end());

const ask = (definition: string, native = '<zeebe:userTask/>'): readonly Part[] =>
  one(other('userTask', 'Ask', { extensions: `${native}<zeebe:formDefinition ${definition}/>` }));

const decide = (attributes: string): readonly Part[] =>
  one(
    other('businessRuleTask', 'Decide', {
      extensions: `<zeebe:calledDecision resultVariable="r" ${attributes}/>`,
    }),
  );

const call = (attributes: string): readonly Part[] =>
  one(other('callActivity', 'Call', { extensions: `<zeebe:calledElement ${attributes}/>` }));

const linked = (attributes: string): readonly Part[] =>
  one(
    serviceTask('Run', {
      type: 'run',
      extensions: `<zeebe:linkedResources><zeebe:linkedResource resourceType="script" ${attributes}/></zeebe:linkedResources>`,
    }),
  );

type Files = Readonly<Record<string, string>>;

const definitionsOf = async (files: Files): Promise<readonly Definition[]> => {
  const given = Object.entries(files).map(([name, content]) => ({ name, content: bytes(content) }));
  return (await compileResources(given)).definitions;
};

interface Around {
  /** Deployed together with the process. */
  readonly with?: Files;
  readonly before?: Files;
  readonly beside?: Files;
  readonly isForCluster?: true;
  /** Of the process. */
  readonly extensions?: string;
}

type Case = readonly [title: string, parts: readonly Part[], expected: RegExp | undefined, around?: Around];

const callable = (id: string, versionTag = ''): string =>
  file(
    processPart(
      id,
      { extensions: versionTag && `<zeebe:versionTag value="${versionTag}"/>` },
      ...chain(start(), end()),
    ),
  );

const cases: readonly Case[] = [
  ['a form that is deployed', ask('formId="ask"'), undefined, { with: { 'ask.form': form('ask') } }],
  [
    'a form that is not deployed',
    ask('formId="ask"'),
    /^Warning: a\.bpmn: Ask \(process p\) shows the form "ask", which is not deployed, so an incident stops its instances there\. Fix: deploy the form ask, for example with --resource, or correct the id in the element\.$/,
  ],
  [
    'a misspelt form',
    ask('formId="aks"'),
    /shows the form "aks", which is not deployed, .* there\. Did you mean "ask"\? Fix: write the id "ask", or deploy the form aks, for example with --resource\.$/,
    { with: { 'ask.form': form('ask') } },
  ],
  [
    'a form of a user task with a job',
    ask('formId="aks"', ''),
    /Ask \(process p\) shows the form "aks", .* Did you mean "ask"\?/,
    { with: { 'ask.form': form('ask') } },
  ],
  ['a form whose id is an expression', ask('formId="=which"'), undefined],
  [
    'a form whose id is an expression with only one value',
    ask('formId="=&quot;ask&quot;"'),
    /shows the form "ask", which is not deployed/,
  ],
  ['a form that is somewhere else', ask('externalReference="https://forms.example/1"'), undefined],
  ['a form that was deployed before', ask('formId="ask"'), undefined, { before: { 'ask.form': form('ask') } }],
  [
    'a form that was deployed before, bound to the deployment',
    ask('formId="ask" bindingType="deployment"'),
    /shows the form "ask", which is deployed, but not together with a\.bpmn, so .* Fix: deploy the form ask together with a\.bpmn, for example with --resource/,
    { before: { 'ask.form': form('ask') } },
  ],
  [
    'a form of the same deployment',
    ask('formId="ask" bindingType="deployment"'),
    undefined,
    { with: { 'ask.form': form('ask') } },
  ],
  [
    'a form of no deployment, bound to the deployment',
    ask('formId="ask" bindingType="deployment"'),
    /which is not deployed together with a\.bpmn, so/,
  ],
  [
    'a form with the version tag',
    ask('formId="ask" bindingType="versionTag" versionTag="v1"'),
    undefined,
    { before: { 'ask.form': form('ask', 'v1') }, with: { 'ask.form': form('ask', 'v2') } },
  ],
  [
    'a form with another version tag',
    ask('formId="ask" bindingType="versionTag" versionTag="v1"'),
    /shows the form "ask", of which no version has the version tag "v1": it has the version tag "v2", so .* Fix: set the version tag "v1" in the file of ask, or correct it in the element\.$/,
    { with: { 'ask.form': form('ask', 'v2') } },
  ],
  [
    'a form without a version tag',
    ask('formId="ask" bindingType="versionTag" versionTag="v1"'),
    /: it has no version tag, so/,
    { with: { 'ask.form': form('ask') } },
  ],
  [
    'a form in a file beside that is not deployed',
    ask('formId="ask"'),
    /which is not deployed, .* Fix: deploy ask\.form as well, with --resource: it is in the same folder and contains ask\.$/,
    { beside: { 'ask.form': form('ask') } },
  ],
  ['a form, where a file of a form has a mistake', ask('formId="ask"'), undefined, { with: { 'ask.form': '{' } }],
  [
    'an embedded form that the file does not have',
    ask('formKey="camunda-forms:bpmn:aks"', ''),
    /Ask \(process p\) shows the embedded form "aks", which a\.bpmn does not contain, so nobody can fill it in\. Fix: correct the form key/,
  ],
  [
    'an embedded form that the file has',
    ask('formKey="camunda-forms:bpmn:ask"', ''),
    undefined,
    { extensions: '<zeebe:userTaskForm id="ask">{}</zeebe:userTaskForm>' },
  ],
  ['a form key of somebody else', ask('formKey="shop:form"', ''), undefined],
  [
    'a start form that is not deployed',
    chain(start('Asked', { extensions: '<zeebe:formDefinition formId="ask"/>' }), end()),
    /the start event of the process p shows the form "ask", which is not deployed, so nobody can fill it in\./,
  ],
  ['a decision that is deployed', decide('decisionId="dish"'), undefined, { with: { 'dish.dmn': dish } }],
  [
    'a misspelt decision',
    decide('decisionId="dsih"'),
    /^Warning: a\.bpmn: Decide \(process p\) evaluates the decision "dsih", which is not deployed, so an incident stops its instances there\. Did you mean "dish"\? Fix: write the id "dish", or deploy the DMN file with the decision dsih, for example with --resource\.$/,
    { with: { 'dish.dmn': dish } },
  ],
  ['a decision whose id is an expression', decide('decisionId="=which"'), undefined],
  [
    'a version tag of a decision that is an expression',
    decide('decisionId="dish" bindingType="versionTag" versionTag="=tag"'),
    undefined,
    { with: { 'dish.dmn': dish } },
  ],
  [
    'a version tag that a decision does not have',
    decide('decisionId="dish" bindingType="versionTag" versionTag="v1"'),
    /of which no version has the version tag "v1"/,
    { with: { 'dish.dmn': dish } },
  ],
  [
    'a version tag that a decision of before may have',
    decide('decisionId="dish" bindingType="versionTag" versionTag="v1"'),
    undefined,
    { before: { 'dish.dmn': dish } },
  ],
  [
    'a called process of another file',
    one(callActivity('Call', { processId: 'pay' })),
    undefined,
    { with: { 'pay.bpmn': callable('pay') } },
  ],
  ['a process that calls itself', one(callActivity('Call', { processId: 'p' })), undefined],
  [
    'a misspelt called process',
    call('processId="pya"'),
    /Call \(process p\) calls the process "pya", which is not deployed, .* Did you mean "pay"\? Fix: write the id "pay", or deploy the file with the process pya, for example with --resource\.$/,
    { with: { 'pay.bpmn': callable('pay') } },
  ],
  ['a called process whose id is an expression', call('processId="=which"'), undefined],
  [
    'a called process with another version tag',
    call('processId="pay" bindingType="versionTag" versionTag="1"'),
    /calls the process "pay", of which no version has the version tag "1": it has the version tag "2"/,
    { with: { 'pay.bpmn': callable('pay', '2') } },
  ],
  [
    'a called process with the version tag, deployed before',
    call('processId="pay" bindingType="versionTag" versionTag="1"'),
    undefined,
    { before: { 'pay.bpmn': callable('pay', '1') } },
  ],
  [
    'a called process that only a message can start',
    call('processId="pay"'),
    /calls the process "pay", which has no start event without a trigger, so an incident .* Fix: add a none start event to the process pay/,
    { with: { 'pay.bpmn': processFile('pay', ...chain(start('Asked', { message: 'paid' }), end())) } },
  ],
  [
    'a called process, where a file has a mistake',
    call('processId="pay"'),
    undefined,
    { with: { 'pay.bpmn': '<broken/>' } },
  ],
  ['a linked resource that is deployed', linked('resourceId="run.py"'), undefined, { with: { 'run.py': 'print()' } }],
  [
    'a linked resource that is not deployed',
    linked('resourceId="run.py"'),
    /Run \(process p\) links the resource "run\.py", which is not deployed, so .* Fix: deploy the file run\.py, for example with --resource, or correct the id of the linked resource\.$/,
  ],
  ['a linked resource whose id is an expression', linked('resourceId="=which"'), undefined],
  [
    'for a cluster, a form that the files do not contain',
    ask('formId="ask"'),
    /^Note: a\.bpmn: Ask \(process p\) shows the form "ask", which none of these files contains, so it has to be on the cluster already\. Fix: /,
    { isForCluster: true },
  ],
  [
    'for a cluster, a misspelt form',
    ask('formId="ordre"'),
    /^Warning: .* which none of these files contains, .* Did you mean "order"\?/,
    { isForCluster: true, beside: { 'order.form': form('order') } },
  ],
  [
    'a misspelt form whose file lies beside',
    ask('formId="aks"'),
    /Did you mean "ask"\? Fix: write the id "ask" and deploy ask\.form as well, with --resource, or deploy the form aks, /,
    { beside: { 'ask.form': form('ask') } },
  ],
  [
    'a form in a file beside, although another one is almost called like it',
    ask('formId="ask"'),
    /which is not deployed, so an incident stops its instances there\. Fix: deploy ask\.form as well/,
    { with: { 'asked.form': form('asked') }, beside: { 'ask.form': form('ask') } },
  ],
  [
    'a misspelt embedded form',
    ask('formKey="camunda-forms:bpmn:aks"', ''),
    /Did you mean "ask"\? Fix: write the id "ask" in the form key, or use a form with a file of its own\.$/,
    { extensions: '<zeebe:userTaskForm id="ask">{}</zeebe:userTaskForm>' },
  ],
  [
    'for a cluster, a form with swapped letters',
    ask('formId="aks"'),
    /^Warning: .* so an incident stops its instances there\. Did you mean "ask"\? Fix: write the id "ask", or deploy the form aks, /,
    { isForCluster: true, beside: { 'ask.form': form('ask') } },
  ],
  [
    'for a cluster, a decision with another letter',
    decide('decisionId="dash-rule"'),
    /^Warning: .* so an incident stops its instances there\. Did you mean "dish-rule"\? Fix: write the id "dish-rule", or /,
    { isForCluster: true, with: { 'dish.dmn': dish.replaceAll('id="dish"', 'id="dish-rule"') } },
  ],
  [
    'for a cluster, a called process without a letter',
    call('processId="delivry"'),
    /^Warning: .* Did you mean "delivery"\? Fix: write the id "delivery", or deploy the file with the process delivry, /,
    { isForCluster: true, beside: { 'delivery.bpmn': callable('delivery') } },
  ],
  [
    'for a cluster, a form that is only similar, which may be there',
    ask('formId="asking"'),
    /^Note: .* so it has to be on the cluster already\. Did you mean "ask"\? Fix: write the id "ask", or deploy the form asking, /,
    { isForCluster: true, beside: { 'ask.form': form('ask') } },
  ],
  [
    'for a cluster, a form of the same folder',
    ask('formId="ask" bindingType="deployment"'),
    undefined,
    { isForCluster: true, beside: { 'ask.form': form('ask') } },
  ],
];

/** What is deployed on an engine with these files. */
const deployedBefore = async (files: Files | undefined): Promise<readonly Definition[]> => {
  if (files === undefined) return [];
  const engine = await createEngine();
  await engine.deploy(Object.entries(files).map(([name, content]) => ({ name, content })));
  const found = definitionsOn(engine);
  await engine.stop();
  return found;
};

for (const [title, parts, expected, around = {}] of cases) {
  test(`${title}: ${expected === undefined ? 'nothing is said' : 'a hint'}`, async () => {
    const { extensions = '' } = around;
    const files = { 'a.bpmn': file(processPart('p', { extensions }, ...parts)), ...around.with };
    const given = Object.entries(files).map(([name, content]) => ({ name, content: bytes(content) }));
    const { models, definitions: together, open } = await compileResources(given);
    const definitions: KnownDefinitions = {
      ...{ together, open, isForCluster: around.isForCluster === true },
      before: await deployedBefore(around.before),
      beside: await definitionsOf(around.beside ?? {}),
    };
    const own = models.filter(({ id }) => id === 'p');
    assert.equal(own.length, 1, 'the process is compiled');
    const lines = findHints({ models: own, definitions }).map(hintLine);
    if (expected === undefined) assert.deepEqual(lines, []);
    else {
      assert.match(lines[0] ?? '', expected);
      assert.equal(lines.length, 1, lines.join('\n'));
    }
  });
}

test('nothing is known about references without definitions', async () => {
  const { models } = await compileResources([
    { name: 'a.bpmn', content: bytes(processFile('p', ...ask('formId="ask"'))) },
  ]);
  assert.deepEqual(findHints({ models }), []);
});

test('files beside those that are named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'beside-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.bpmn'), processFile('p', ...ask('formId="ask"')));
  writeFileSync(join(folder, 'ask.form'), form('ask'));
  writeFileSync(join(folder, 'broken.form'), '{');
  const ids = async (path: string): Promise<readonly string[]> => (await readBeside([path])).map(({ id }) => id);
  assert.deepEqual(await ids(join(folder, 'a.bpmn')), ['ask']);
  assert.deepEqual(await ids(folder), [], 'the files of the folder are named with it');
  assert.deepEqual(await ids(join(folder, 'gone', 'a.bpmn')), []);
  const { models, open } = await readResources([folder]);
  assert.deepEqual([models.map(({ id }) => id), [...open]], [['p'], ['form']]);
});
