/** Files that are neither processes nor decisions nor forms: they are only stored. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileFiles, type DeploymentFile } from '../../../src/engine/deployment/compile-files.ts';
import type { CompiledResource, Deployment, MachineSnapshot } from '../../../src/engine/machine/types.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import { bytes, chain, end, serviceTask, start } from '../support/bpmn.ts';
import { createRig, p, type Rig, rejected } from './support.ts';

const file = (name: string, text: string): DeploymentFile => ({ name, content: bytes(text) });

const compiled = (...files: readonly DeploymentFile[]): Promise<readonly CompiledResource[]> =>
  compileFiles(compileBpmn, files);

const deploy = async (rig: Rig, ...files: readonly DeploymentFile[]): Promise<Deployment> =>
  rig.machine.deploy(await compiled(...files));

const simple = p(...chain(start(), end()));

describe('a file that is only stored', () => {
  test('has its name as its id, and a version for each content', async () => {
    const rig = createRig();
    const [first, same, second] = [
      await deploy(rig, file('notes.md', '# One')),
      await deploy(rig, file('notes.md', '# One')),
      await deploy(rig, file('notes.md', '# Two')),
    ].map(({ resources }) => resources[0]!);
    assert.deepEqual(same, first);
    assert.deepEqual(
      [first, second].map((each) => [each?.resourceId, each?.resourceName, each?.version]),
      [
        ['notes.md', 'notes.md', 1],
        ['notes.md', 'notes.md', 2],
      ],
    );
    const found = rig.machine.resource(first!.resourceKey);
    assert.equal(new TextDecoder().decode(found?.content), '# One');
    assert.deepEqual([found?.id, found?.name, found?.version], ['notes.md', 'notes.md', 1]);
  });

  test('is deployed together with a process, or not at all', async () => {
    const rig = createRig();
    const { processes, resources } = await deploy(rig, file('p.bpmn', simple), file('prompt.txt', 'Be brief.'));
    assert.deepEqual([processes.length, resources.length], [1, 1]);
    await assert.rejects(compiled(file('q.bpmn', '<'), file('prompt.txt', 'Be long.')), /'q\.bpmn'/);
    assert.equal((await deploy(rig, file('prompt.txt', 'Be long.'))).resources[0]?.version, 2);
  });

  test('can be a file without an ending, and XML that is not BPMN', async () => {
    const rig = createRig();
    const { processes, resources } = await deploy(
      rig,
      file('LICENSE', 'MIT'),
      file('data.xml', '<data/>'),
      file('p.xml', simple),
    );
    assert.deepEqual(
      resources.map(({ resourceId }) => resourceId),
      ['LICENSE', 'data.xml'],
    );
    assert.equal(processes[0]?.resourceName, 'p.xml');
  });

  test('can be an RPA script, which has an id and a version tag of its own', async () => {
    const rig = createRig();
    const { resources } = await deploy(rig, file('robot.rpa', '{"id": "robot", "versionTag": "v1", "script": ""}'));
    const { resourceKey, ...robot } = resources[0]!;
    assert.deepEqual(robot, { resourceId: 'robot', version: 1, resourceName: 'robot.rpa', versionTag: 'v1' });
    assert.equal(rig.machine.resource(resourceKey)?.versionTag, 'v1');
    for (const [text, problem] of [
      ['{}', /The RPA script has no id/],
      ['[]', /The RPA script is not a JSON object/],
    ] as const) {
      await assert.rejects(compiled(file('robot.rpa', text)), problem);
    }
  });

  test('cannot be there twice in a deployment', async () => {
    const resources = await compiled(file('a.txt', '1'), file('a.txt', '2'));
    const rejection = rejected(() => createRig().machine.deploy(resources));
    assert.equal(rejection.code, 'INVALID_ARGUMENT');
    assert.match(rejection.reason, /The file id 'a\.txt' is also used in 'a\.txt'/);
  });

  test('is deleted, and its version number is not used again', async () => {
    const rig = createRig();
    const { resources } = await deploy(rig, file('a.txt', '1'));
    rig.machine.deleteResource(resources[0]!.resourceKey);
    assert.equal(rig.machine.resource(resources[0]!.resourceKey), undefined);
    assert.equal(rejected(() => rig.machine.deleteResource(resources[0]!.resourceKey)).code, 'NOT_FOUND');
    assert.equal((await deploy(rig, file('a.txt', '1'))).resources[0]?.version, 2);
  });

  test('is in a snapshot', async () => {
    const rig = createRig();
    const files = await compiled(file('a.txt', '1'), file('b.rpa', '{"id": "b", "versionTag": "v"}'));
    const { resources } = rig.machine.deploy(files);
    const snapshot = JSON.parse(JSON.stringify(rig.machine.snapshot())) as MachineSnapshot;
    const other = createRig({ snapshot, resources: files });
    for (const { resourceKey } of resources) {
      assert.deepEqual(other.machine.resource(resourceKey), rig.machine.resource(resourceKey));
    }
    assert.deepEqual(other.machine.snapshot().state, rig.machine.snapshot().state);
    assert.deepEqual(other.machine.deploy(files).resources, resources);
  });

  test('of one tenant does not exist for another', async () => {
    const rig = createRig();
    const files = await compiled(file('a.txt', '1'));
    const versions = ['north', 'south', undefined].map((tenant) => rig.machine.deploy(files, tenant).resources[0]!);
    assert.deepEqual(
      versions.map(({ version, tenantId }) => [version, tenantId]),
      [
        [1, 'north'],
        [1, 'south'],
        [1, undefined],
      ],
    );
    assert.equal(new Set(versions.map(({ resourceKey }) => resourceKey)).size, 3);
  });
});

test('the files of processes, forms and decision requirements can be read by their keys', async () => {
  const rig = createRig();
  const form = file('f.form', '{"id": "f"}');
  const { processes, forms } = await deploy(rig, file('p.bpmn', simple), form);
  assert.deepEqual(
    [processes[0]!.processDefinitionKey, forms[0]!.formKey].map((key) => {
      const { id, name, version } = rig.machine.resource(key)!;
      return [id, name, version];
    }),
    [
      ['p', 'p.bpmn', 1],
      ['f', 'f.form', 1],
    ],
  );
  assert.equal(rig.machine.resource('1'), undefined);
});

describe('a linked resource', () => {
  const linking = (...attributes: readonly string[]): string =>
    p(
      ...chain(
        start(),
        serviceTask('a', {
          type: 'a',
          headers: { own: 'x' },
          extensions: `<zeebe:linkedResources>${attributes.map((each) => `<zeebe:linkedResource ${each}/>`).join('')}</zeebe:linkedResources>`,
        }),
        end(),
      ),
    );
  const robot = (tag: string): DeploymentFile => file('robot.rpa', `{"id": "robot", "versionTag": "${tag}"}`);
  const linked = (rig: Rig): unknown => JSON.parse(rig.job('a').headers.linkedResources ?? 'null');

  test('is in a header of the job: its key, its type and the name of the link', async () => {
    const rig = createRig();
    const xml = linking(
      'resourceId="robot" resourceType="RPA" linkName="RPAScript"',
      'resourceId="=name" resourceType="text"',
    );
    const files = await compiled(file('p.bpmn', xml), robot('v1'), file('notes.txt', '1'));
    const { resources } = rig.machine.deploy(files);
    rig.create({ name: 'notes.txt' });
    const snapshot = JSON.parse(JSON.stringify(rig.machine.snapshot())) as MachineSnapshot;
    const expected = [
      { resourceKey: resources[0]!.resourceKey, resourceType: 'RPA', linkName: 'RPAScript' },
      { resourceKey: resources[1]!.resourceKey, resourceType: 'text' },
    ];
    const [other] = createRig({ snapshot, resources: files }).jobs('a');
    assert.deepEqual(JSON.parse(other?.headers.linkedResources ?? ''), expected);
    const { headers } = rig.job('a');
    assert.deepEqual([headers.own, JSON.parse(headers.linkedResources ?? '')], ['x', expected]);
  });

  for (const [binding, index] of [
    ['', 2],
    ['bindingType="versionTag" versionTag="v2"', 1],
    ['bindingType="deployment"', 0],
  ] as const) {
    test(`is found by ${binding === '' ? 'the latest version' : binding}`, async () => {
      const rig = createRig();
      const versions = [
        await deploy(rig, file('p.bpmn', linking(`resourceId="robot" resourceType="RPA" ${binding}`)), robot('v1')),
        await deploy(rig, robot('v2')),
        await deploy(rig, robot('v3')),
      ].map(({ resources }) => resources[0]!.resourceKey);
      rig.create();
      assert.deepEqual(linked(rig), [{ resourceKey: versions[index], resourceType: 'RPA' }]);
    });
  }

  test('that is not deployed raises an incident, which a deployment resolves', async () => {
    const rig = createRig();
    await deploy(rig, file('p.bpmn', linking('resourceId="robot" resourceType="RPA"')));
    rig.create();
    const { type, message, key } = rig.incident();
    assert.equal(type, 'RESOURCE_NOT_FOUND');
    assert.match(message, /resource with id 'robot', but no such resource was found/);
    assert.deepEqual(rig.machine.jobs(), []);
    const { resources } = await deploy(rig, robot('v1'));
    rig.machine.resolveIncident(key);
    assert.deepEqual(linked(rig), [{ resourceKey: resources[0]!.resourceKey, resourceType: 'RPA' }]);
  });
});
