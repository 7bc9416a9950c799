import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CreateOptions } from '../../../src/engine/machine/types.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import {
  boundary,
  bytes,
  callActivity,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  eventSubProcess,
  executionListeners,
  flow,
  other,
  parallelGateway,
  path,
  process,
  raw,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { restored } from './restored.ts';
import { compile, createRig, p, type Rig, rejected, rigWith } from './support.ts';

const createWith = (rig: Rig, options: CreateOptions, variables = {}, bpmnProcessId = 'p') =>
  rig.machine.createInstance({ bpmnProcessId, variables, ...options });

const startAt = (...ids: readonly string[]): CreateOptions => ({
  startInstructions: ids.map((elementId) => ({ elementId })),
});

const two = p(
  ...chain(start(), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b', inputs: { y: '=x + 1' } }), end()),
);

const nested = p(
  start(),
  subProcess(
    'outer',
    { inputs: { i: '=1' } },
    ...chain(
      start('s1'),
      subProcess(
        'inner',
        { inputs: { j: '=2' } },
        ...chain(start('s2'), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' }), end('e2')),
        eventSubProcess(
          'stop',
          {},
          ...chain(start('sx', { message: { name: 'stop', correlationKey: '=k' } }), end('ex')),
        ),
      ),
      end('e1'),
    ),
  ),
  boundary('late', 'outer', { duration: 'PT1H' }),
  end(),
  end('z'),
  ...path('start', 'outer', 'end'),
  ...path('late', 'z'),
);

describe('start instructions', () => {
  test('case 37: start at a later task, with its input mappings', async () => {
    const rig = await rigWith(two);
    const { processInstanceKey } = createWith(rig, startAt('b'), { x: 1 });
    assert.deepEqual(rig.at(processInstanceKey), ['b']);
    assert.equal(rig.jobs('a').length, 0);
    const job = rig.job('b');
    assert.deepEqual(job.variables, { x: 1, y: 2 });
    rig.machine.completeJob(job.key, {});
    assert.equal(rig.state(processInstanceKey), 'COMPLETED');
  });

  test('case 38: the same element twice gives two instances of it', async () => {
    const rig = await rigWith(two);
    const { processInstanceKey } = createWith(rig, startAt('b', 'b'), { x: 1 });
    assert.equal(rig.jobs('b').length, 2);
    assert.deepEqual(rig.at(processInstanceKey), ['b', 'b']);
  });

  test('start several elements, and the process ends with the last', async () => {
    const rig = await rigWith(two);
    const { processInstanceKey } = createWith(rig, startAt('a', 'b'), { x: 1 });
    rig.complete('b');
    assert.equal(rig.state(processInstanceKey), 'ACTIVE');
    rig.complete('a');
    rig.complete('b');
    assert.equal(rig.state(processInstanceKey), 'COMPLETED');
  });

  test('case 436: inside subprocesses create these without their input mappings, with their events', async () => {
    const rig = await rigWith(nested);
    const { processInstanceKey } = createWith(rig, startAt('b', 'a'), { k: 'K' });
    assert.deepEqual(rig.at(processInstanceKey), ['a', 'b', 'inner', 'outer']);
    assert.deepEqual(rig.job('b').variables, { k: 'K' });
    assert.equal(rig.count('s1') + rig.count('s2'), 0);
    rig.publish('stop', 'K');
    assert.equal(rig.state(processInstanceKey), 'COMPLETED');
    assert.equal(rig.count('ex'), 1);
  });

  test('the boundary events of created scopes are waited for', async () => {
    const rig = await rigWith(nested);
    const { processInstanceKey } = createWith(rig, startAt('a'), { k: 'K' });
    rig.pass(3_600_000);
    assert.equal(rig.count('z'), 1);
    assert.equal(rig.state(processInstanceKey), 'COMPLETED');
  });

  test('an event of a created scope that cannot be evaluated is an incident; resolving it starts all elements once', async () => {
    const rig = await rigWith(nested);
    const { processInstanceKey } = createWith(rig, startAt('a', 'b'));
    assert.deepEqual(rig.at(processInstanceKey), []);
    rig.machine.setVariables(processInstanceKey, { k: 'K' }, false);
    rig.machine.resolveIncident(rig.incident().key);
    assert.deepEqual(rig.at(processInstanceKey), ['a', 'b', 'inner', 'outer']);
  });

  test('a process that only a message starts can be started this way', async () => {
    const rig = await rigWith(p(...chain(start('start', { message: 'm' }), serviceTask('a', { type: 'a' }), end())));
    const { processInstanceKey } = createWith(rig, startAt('a'));
    rig.complete('a');
    assert.equal(rig.state(processInstanceKey), 'COMPLETED');
  });

  test('listeners and event subprocesses of the process come first', async () => {
    const listening = p(
      raw(`<bpmn:extensionElements>${executionListeners(['start', 'l'])}</bpmn:extensionElements>`),
      ...chain(start(), serviceTask('a', { type: 'a' }), end()),
      eventSubProcess('esp', {}, ...chain(start('m', { message: { name: 'm', correlationKey: '=k' } }), end('z'))),
    );
    const rig = await rigWith(listening);
    const { processInstanceKey } = createWith(rig, startAt('a'), { k: 'K' });
    assert.deepEqual(rig.at(processInstanceKey), []);
    rig.complete('l');
    assert.deepEqual(rig.at(processInstanceKey), ['a']);
    rig.publish('m', 'K');
    assert.equal(rig.count('z'), 1);
  });

  test('survive a snapshot that is taken before they take effect', async () => {
    const rig = await rigWith(nested);
    const { processInstanceKey } = createWith(rig, startAt('a'));
    const other = await restored(rig);
    other.machine.setVariables(processInstanceKey, { k: 'K' }, false);
    other.machine.resolveIncident(other.incident().key);
    assert.deepEqual(other.at(processInstanceKey), ['a', 'inner', 'outer']);
    other.complete('a');
    other.complete('b');
    assert.equal(other.state(processInstanceKey), 'COMPLETED');
  });
});

const unsupported = p(
  start(),
  serviceTask('a', { type: 'a' }),
  boundary('b', 'a', { message: 'm' }),
  eventBasedGateway('g'),
  catchEvent('c', { message: 'm2' }),
  catchEvent('d', { duration: 'PT1S' }),
  subProcess(
    'loop',
    {
      content:
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
    },
    ...chain(start('s2'), serviceTask('inside', { type: 'i' }), end('e2')),
  ),
  end(),
  ...path('start', 'a', 'g', 'c', 'loop', 'end'),
  ...path('g', 'd', 'end'),
  ...path('b', 'end'),
);

describe('instructions are refused for', () => {
  const cases: readonly (readonly [what: string, id: string, reason: RegExp])[] = [
    ['an unknown element', 'nope', /no element found with id 'nope'/],
    ['a start event', 'start', /'start'.*start event/],
    ['the start event of a subprocess', 's2', /'s2'.*start event/],
    ['a boundary event', 'b', /'b'.*boundary event/],
    ['a sequence flow', 'start-a', /'start-a' is a sequence flow/],
    ['an event behind an event-based gateway', 'c', /'c'.*event-based gateway/],
    ['an element inside a multi-instance subprocess', 'inside', /'inside'.*multi-instance/],
  ];
  for (const [what, id, reason] of cases) {
    test(`cases 37 and 436: ${what}`, async () => {
      const rig = await rigWith(unsupported);
      for (const options of [startAt('a', id), { runtimeInstructions: [{ terminateAfterElementId: id }] }]) {
        const rejection = rejected(() => createWith(rig, options));
        assert.equal(rejection.code, 'INVALID_ARGUMENT');
        assert.equal(rejection.intent, 'CREATE');
        assert.match(rejection.reason, reason);
      }
      assert.deepEqual(rig.machine.instances(), []);
    });
  }

  test('a multi-instance activity itself is no such element', async () => {
    const rig = await rigWith(unsupported);
    createWith(rig, startAt('loop'));
    assert.equal(rig.jobs('i').length, 1);
  });
});

describe('runtime instructions', () => {
  const after = (...ids: readonly string[]): CreateOptions => ({
    runtimeInstructions: ids.map((terminateAfterElementId) => ({ terminateAfterElementId })),
  });

  test('case 437: terminate the instance when the element has completed; the next element is not reached', async () => {
    const rig = await rigWith(two);
    const { processInstanceKey } = createWith(rig, after('a'), { x: 1 });
    rig.complete('a', { done: true });
    assert.equal(rig.state(processInstanceKey), 'TERMINATED');
    assert.deepEqual(rig.root(processInstanceKey), { x: 1, done: true });
    assert.equal(rig.count('b'), 0);
    assert.ok(
      rig.events.some((event) => event.kind === 'element:completed' && event.element.elementId === 'a'),
      'the element itself has completed',
    );
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('terminate what runs beside the element', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), parallelGateway('f'), serviceTask('a', { type: 'a' }), end()),
        serviceTask('b', { type: 'b' }),
        flow('f', 'b'),
        flow('b', 'end'),
      ),
    );
    const { processInstanceKey } = createWith(rig, after('b'));
    rig.complete('b');
    assert.equal(rig.state(processInstanceKey), 'TERMINATED');
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('terminate the instance when the element was terminated', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), serviceTask('a', { type: 'a' }), end()),
        boundary('b', 'a', { message: 'm' }),
        serviceTask('c', { type: 'c' }),
        ...path('b', 'c', 'end'),
      ),
    );
    const { processInstanceKey } = createWith(rig, after('a'), { key: 'K' });
    rig.publish('m', 'K');
    assert.equal(rig.state(processInstanceKey), 'TERMINATED');
    assert.equal(rig.count('c'), 0);
  });

  test('wait for the whole multi-instance activity', async () => {
    const rig = await rigWith(unsupported);
    const { processInstanceKey } = createWith(rig, { ...startAt('loop'), ...after('loop') });
    rig.complete('i');
    assert.equal(rig.state(processInstanceKey), 'TERMINATED');
    assert.equal(rig.count('end'), 0);
  });

  test('survive a snapshot', async () => {
    const rig = await rigWith(two);
    const { processInstanceKey } = createWith(rig, after('b'), { x: 1 });
    const other = await restored(rig);
    other.complete('a');
    other.complete('b');
    assert.equal(other.state(processInstanceKey), 'TERMINATED');
  });
});

describe('tags', () => {
  test('case 434: are in the answer, on every job and on the instance; duplicates count once', async () => {
    const rig = await rigWith(two);
    const created = createWith(rig, { tags: ['a:b', 'c', 'c'] }, { x: 1 });
    assert.deepEqual(created.tags, ['a:b', 'c']);
    const other = await restored(rig);
    assert.deepEqual(other.complete('a').tags, ['a:b', 'c']);
    assert.deepEqual(other.job('b').tags, ['a:b', 'c']);
    assert.deepEqual(other.machine.instance(created.processInstanceKey)?.tags, ['a:b', 'c']);
    other.machine.cancelInstance(created.processInstanceKey);
    assert.deepEqual((await restored(other)).machine.instance(created.processInstanceKey)?.tags, ['a:b', 'c']);
  });

  test('are absent if there are none', async () => {
    const rig = await rigWith(two);
    const created = createWith(rig, { tags: [] });
    assert.ok(!('tags' in created), 'no tags in the answer');
    assert.ok(!('tags' in rig.job('a')), 'no tags on the job');
  });

  test('a tag may have 100 characters, and there may be ten', async () => {
    const rig = await rigWith(two);
    const tags = Array.from({ length: 10 }, (_, index) => `t${index}`.padEnd(100, '_'));
    assert.deepEqual(createWith(rig, { tags }).tags, tags);
  });

  const cases: readonly (readonly [what: string, tags: readonly string[], reason: RegExp])[] = [
    ['eleven', Array.from({ length: 11 }, (_, index) => `t${index}`), /the number of tags exceeds the limit of 10/],
    ['one that begins with a digit', ['ok', '1x'], /tag '1x' is invalid/],
    ['one of 101 characters', ['a'.repeat(101)], /is invalid.*100 characters or less/],
    ['an empty one', [''], /tag '' is invalid/],
    ['one with a blank', ['a b'], /tag 'a b' is invalid/],
  ];
  for (const [what, tags, reason] of cases) {
    test(`case 434: ${what} is refused`, async () => {
      const rig = await rigWith(two);
      const rejection = rejected(() => createWith(rig, { tags }));
      assert.equal(rejection.code, 'INVALID_ARGUMENT');
      assert.match(rejection.reason, reason);
      assert.deepEqual(rig.machine.instances(), []);
    });
  }
});

describe('a business id', () => {
  const parent = process('parent', ...chain(start(), callActivity('call', { processId: 'child' }), end()));
  const child = process(
    'child',
    ...chain(start(), serviceTask('a', { type: 'a', inputs: { id: '=camunda.processInstance.businessId' } }), end()),
  );

  test('case 347: is in the answer and in expressions, and called instances inherit it', async () => {
    const rig = await rigWith(parent, child);
    const created = createWith(rig, { businessId: 'order 7' }, {}, 'parent');
    assert.equal(created.businessId, 'order 7');
    const other = await restored(rig);
    const job = other.job('a');
    assert.equal(job.variables.id, 'order 7');
    assert.equal(other.machine.instance(job.processInstanceKey)?.businessId, 'order 7');
    assert.equal(other.machine.instance(created.processInstanceKey)?.businessId, 'order 7');
    other.machine.completeJob(job.key, {});
    assert.equal((await restored(other)).machine.instance(created.processInstanceKey)?.businessId, 'order 7');
  });

  test('is null in expressions if there is none', async () => {
    const rig = await rigWith(parent, child);
    createWith(rig, {}, {}, 'parent');
    assert.equal(rig.job('a').variables.id, null);
  });

  for (const businessId of ['', 'x'.repeat(257)]) {
    test(`case 435: one of ${businessId.length} characters is refused`, async () => {
      const rig = await rigWith(two);
      const rejection = rejected(() => createWith(rig, { businessId }));
      assert.equal(rejection.code, 'INVALID_ARGUMENT');
      assert.match(rejection.reason, /a business id of 1 to 256 characters/);
    });
  }

  test('case 347: with uniqueness, only one running instance of a process has it, and called instances do not count', async () => {
    const options = { uniqueBusinessIds: true };
    const resources = [await compile(parent, 'parent.bpmn'), await compile(child, 'child.bpmn')];
    const rig = createRig(undefined, undefined, options);
    rig.machine.deploy(resources);
    rig.machine.deploy(resources, 'north');
    const again = (each: Rig, id = 'parent'): string =>
      rejected(() => createWith(each, { businessId: 'order 7' }, {}, id)).code;
    const { processInstanceKey } = createWith(rig, { businessId: 'order 7' }, {}, 'parent');
    createWith(rig, { businessId: 'order 8' }, {}, 'parent');
    createWith(rig, { businessId: 'order 7' }, {}, 'child');
    rig.machine.createInstance({ bpmnProcessId: 'parent', businessId: 'order 7', tenantId: 'north' });
    const snapshot = JSON.parse(JSON.stringify(rig.machine.snapshot()));
    const other = createRig({ snapshot, resources }, undefined, options);
    for (const each of [rig, other]) {
      assert.equal(again(each), 'ALREADY_EXISTS');
      assert.equal(again(each, 'child'), 'ALREADY_EXISTS');
      each.machine.cancelInstance(processInstanceKey);
      createWith(each, { businessId: 'order 7' }, {}, 'parent');
      assert.equal(again(each), 'ALREADY_EXISTS');
    }
  });

  test('with uniqueness, goes along with a migration', async () => {
    const rig = createRig(undefined, undefined, { uniqueBusinessIds: true });
    await rig.deploy(process('v', ...chain(start(), serviceTask('a', { type: 'a' }), end())));
    const { processes } = await rig.deploy(process('w', ...chain(start(), serviceTask('a', { type: 'a' }), end())));
    const { processInstanceKey } = createWith(rig, { businessId: 'one' }, {}, 'v');
    rig.machine.migrateInstance(processInstanceKey, {
      targetProcessDefinitionKey: processes[0]!.processDefinitionKey,
      mappingInstructions: [{ sourceElementId: 'a', targetElementId: 'a' }],
    });
    createWith(rig, { businessId: 'one' }, {}, 'v');
    assert.equal(rejected(() => createWith(rig, { businessId: 'one' }, {}, 'w')).code, 'ALREADY_EXISTS');
    rig.machine.cancelInstance(processInstanceKey);
    createWith(rig, { businessId: 'one' }, {}, 'w');
  });

  const own: readonly (readonly [what: string, attribute: string, expected: string | null])[] = [
    ['is inherited without the attribute', '', 'order 7'],
    ['can be plain text', 'businessId="fixed"', 'fixed'],
    ['can be an expression', 'businessId="=&quot;item &quot; + string(n)"', 'item 3'],
    ['is none if the attribute is empty', 'businessId=""', null],
    ['is none if the expression gives an empty text', 'businessId="=&quot;&quot;"', null],
  ];
  const calling = (attribute: string): string => process('parent', ...chain(start(), calledWith(attribute), end()));
  const calledWith = (attribute: string) =>
    other('callActivity', 'call', { extensions: `<zeebe:calledElement processId="child" ${attribute}/>` });
  for (const [what, attribute, expected] of own) {
    test(`of a called instance ${what}`, async () => {
      const rig = await rigWith(calling(attribute), child);
      createWith(rig, { businessId: 'order 7' }, { n: 3 }, 'parent');
      const job = (await restored(rig)).job('a');
      assert.equal(job.variables.id, expected);
    });
  }

  for (const [what, value, reason] of [
    ['null', '=missing', /'STRING' of at most 256 characters, but was 'NULL'/],
    ['a number', '=7', /but was 'NUMBER'/],
    ['too long', '=string join(for i in 1..257 return &quot;x&quot;)', /but was one with 257/],
  ] as const) {
    test(`of a called instance that is ${what} raises an incident`, async () => {
      const rig = await rigWith(calling(`businessId="${value}"`), child);
      createWith(rig, {}, {}, 'parent');
      assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
      assert.match(rig.incident().message, reason);
    });
  }

  test('of a called instance is refused by clusters before 8.10', async () => {
    const compiled = await compileBpmn('p.bpmn', bytes(calling('businessId="x"')), '8.9');
    assert.match(JSON.stringify(compiled), /Camunda 8\.9 does not run business ids of call activities, but 8\.10 does/);
  });

  test('two instances may have the same, since uniqueness is off by default', async () => {
    const rig = await rigWith(two);
    const businessId = 'x'.repeat(256);
    assert.equal(createWith(rig, { businessId }).businessId, businessId);
    assert.equal(createWith(rig, { businessId }).businessId, businessId);
  });
});
