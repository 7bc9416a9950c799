/** What elements can become in another version: what the page says is what the engine does. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mapElements, refusalOf } from '../../../../src/cli/dev/actions/element-mapping.ts';
import type { MappedElement } from '../../../../src/cli/dev/actions/migration.ts';
import { compileBpmn } from '../../../../src/engine/model/index.ts';
import type { ProcessModel } from '../../../../src/engine/model/types.ts';
import { createRig } from '../../../engine/machine/support.ts';
import {
  boundary,
  bytes,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  flow,
  other,
  type Part,
  process,
  serviceTask,
  start,
  subProcess,
} from '../../../engine/support/bpmn.ts';

const modelOf = async (file: string): Promise<ProcessModel> => {
  const compiled = await compileBpmn('p.bpmn', bytes(file));
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.processes[0]!;
};

const loop = (isSequential: boolean): string =>
  `<bpmn:multiInstanceLoopCharacteristics isSequential="${isSequential}"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1, 2]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;

const message = { name: 'm', correlationKey: '="k"' };
const job = '<zeebe:taskDefinition type="a"/>';
const only = (part: Part): readonly Part[] => chain(start(), part, end());

/** Processes that wait at an element `a`. */
const waiting: Readonly<Record<string, readonly Part[]>> = {
  'service task': only(serviceTask('a', { type: 'a' })),
  'send task': only(other('sendTask', 'a', { extensions: job })),
  'script task': only(other('scriptTask', 'a', { extensions: job })),
  'native user task': only(other('userTask', 'a', { extensions: '<zeebe:userTask/>' })),
  'user task with a job': only(other('userTask', 'a')),
  'message event': only(catchEvent('a', { message })),
  'timer event': only(catchEvent('a', { duration: 'PT1H' })),
  'signal event': only(catchEvent('a', { signal: 's' })),
  subprocess: only(subProcess('a', {}, ...chain(start('s'), serviceTask('inner', { type: 'i' }), end('e')))),
  'sequential multi-instance': only(serviceTask('a', { type: 'a', content: loop(true) })),
  'parallel multi-instance': only(serviceTask('a', { type: 'a', content: loop(false) })),
  gateway: [
    ...chain(start(), eventBasedGateway('a')),
    ...chain(catchEvent('x', { message }), end('e1')),
    ...chain(catchEvent('y', { duration: 'PT1H' }), end('e2')),
    flow('a', 'x'),
    flow('a', 'y'),
  ],
};

describe('case 440: an element is offered for another one exactly if the engine accepts it', () => {
  for (const [from, parts] of Object.entries(waiting)) {
    test(from, async () => {
      const source = process('p', ...parts);
      const node = (await modelOf(source)).nodes.get('a')!;
      for (const [to, targetParts] of Object.entries(waiting)) {
        const target = process('p', ...targetParts);
        const rig = createRig();
        await rig.deploy(source);
        const key = rig.create({});
        const { processes } = await rig.deploy(target);
        const ids = ['a', ...(from === 'subprocess' ? ['inner'] : [])];
        let refused: unknown;
        try {
          rig.machine.migrateInstance(key, {
            targetProcessDefinitionKey: processes[0]!.processDefinitionKey,
            mappingInstructions: ids.map((id) => ({
              sourceElementId: id,
              targetElementId: to === 'subprocess' ? id : 'a',
            })),
          });
        } catch (error) {
          refused = error;
        }
        const reason = refusalOf(node, (await modelOf(target)).nodes.get('a')!, true);
        assert.equal(reason === undefined, refused === undefined, `${from} to ${to}: ${reason}, ${String(refused)}`);
      }
    });
  }
});

for (const [from, to, reason] of [
  ['native user task', 'service task', 'a user task cannot become a service task'],
  ['native user task', 'user task with a job', 'a user task with zeebe:userTask cannot become one with a job'],
  ['message event', 'timer event', 'an event with a message cannot become an event with a timer'],
  [
    'sequential multi-instance',
    'parallel multi-instance',
    'a sequential multi-instance activity cannot become a parallel multi-instance activity',
  ],
  [
    'service task',
    'parallel multi-instance',
    'an activity that runs once cannot become a parallel multi-instance activity',
  ],
] as const) {
  test(`the reason: ${reason}`, async () => {
    const [source, target] = await Promise.all([from, to].map((name) => modelOf(process('p', ...waiting[name]!))));
    assert.equal(refusalOf(source!.nodes.get('a')!, target!.nodes.get('a')!, true), reason);
  });
}

const named = (id: string, name: string, type = 'a'): Part => serviceTask(id, { type, name });
const active = (...ids: readonly string[]): readonly MappedElement[] => ids.map((id) => ({ id, isEvent: false }));

describe('what an element most likely becomes', () => {
  const inside = (id: string, task: string): Part =>
    subProcess(id, { name: 'Box' }, ...chain(start(`${id}s`), named(task, 'Pack'), end(`${id}e`)));
  const cases: readonly (readonly [string, readonly Part[], readonly Part[], readonly MappedElement[], object])[] = [
    ['the same id', only(named('a', 'Pay')), only(named('a', 'Charge')), active('a'), { a: { id: 'a', by: 'id' } }],
    [
      'the same name and type',
      only(named('a', 'Pay')),
      only(named('b', 'Pay')),
      active('a'),
      { a: { id: 'b', by: 'name' } },
    ],
    [
      'not one of two with the same name',
      only(named('a', 'Pay')),
      chain(start(), named('b', 'Pay'), named('c', 'Pay'), end()),
      active('a'),
      { a: undefined },
    ],
    [
      'not one of another type, even with the same id',
      only(named('a', 'Pay')),
      only(other('userTask', 'a', { name: 'Pay' })),
      active('a'),
      { a: undefined },
    ],
    [
      'not without a name',
      only(serviceTask('a', { type: 'a' })),
      only(serviceTask('b', { type: 'a' })),
      active('a'),
      { a: undefined },
    ],
    [
      'what is in a subprocess stays in what the subprocess becomes',
      only(inside('box', 'pack')),
      only(inside('crate', 'wrap')),
      active('box', 'pack'),
      { box: { id: 'crate', by: 'name' }, pack: { id: 'wrap', by: 'name' } },
    ],
    [
      'not what has left its subprocess',
      only(inside('box', 'pack')),
      chain(start(), inside('box', 'wrap'), named('pack', 'Pack'), end()),
      active('box', 'pack'),
      { box: { id: 'box', by: 'id' }, pack: { id: 'wrap', by: 'name' } },
    ],
    [
      'a boundary event only at what its activity becomes',
      [
        ...only(named('a', 'Pay')),
        boundary('late', 'a', { name: 'Late', duration: 'PT1H' }),
        end('x'),
        flow('late', 'x'),
      ],
      [
        ...chain(start(), named('a', 'Pay'), named('b', 'Ship'), end()),
        boundary('late', 'b', { name: 'Late', duration: 'PT1H' }),
        end('x'),
        flow('late', 'x'),
      ],
      [...active('a'), { id: 'late', isEvent: true }],
      { a: { id: 'a', by: 'id' }, late: undefined },
    ],
  ];
  for (const [title, source, target, elements, expected] of cases) {
    test(title, async () => {
      const mappings = mapElements(
        elements,
        await modelOf(process('p', ...source)),
        await modelOf(process('p', ...target)),
      );
      assert.deepEqual(Object.fromEntries([...mappings].map(([id, { preset }]) => [id, preset])), expected);
    });
  }
});

test('an element for which the newer version has nothing, and one that cannot be migrated, are named with the reason', async () => {
  const source = await modelOf(process('p', ...only(named('a', 'Pay'))));
  const target = await modelOf(process('p', ...chain(start(), end())));
  const problems = [...mapElements(active('a', 'end'), source, target).values()].map(({ problem }) => problem);
  assert.equal(problems[0], 'the newer version has no service task that it could become');
  assert.match(problems[1]!, /^an end event that is active cannot be migrated: /);
});
