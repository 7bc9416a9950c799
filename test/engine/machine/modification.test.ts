import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Modification } from '../../../src/engine/machine/types.ts';
import {
  boundary,
  callActivity,
  chain,
  end,
  eventSubProcess,
  flow,
  parallelGateway,
  path,
  process,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { restored } from './restored.ts';
import { p, type Rig, rejected, rigWith } from './support.ts';

const two = p(
  ...chain(start(), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b', inputs: { y: '=x + 1' } }), end()),
);

const loop = (collection: string): string =>
  `<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=${collection}" inputElement="i"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;

const modify = (rig: Rig, key: string, modification: Modification): void =>
  rig.machine.modifyInstance(key, modification);

const activate = (...ids: readonly string[]): Modification => ({ activate: ids.map((elementId) => ({ elementId })) });

/** The rejection of a modification, which has changed nothing. */
const refusal = (rig: Rig, key: string, modification: Modification) => {
  const before = JSON.stringify([rig.machine.instances(), rig.at(key), rig.machine.jobs()]);
  const rejection = rejected(() => modify(rig, key, modification));
  assert.equal(rejection.intent, 'MODIFY');
  assert.equal(JSON.stringify([rig.machine.instances(), rig.at(key), rig.machine.jobs()]), before);
  return rejection;
};

describe('case 121: a modification', () => {
  test('moves a token from one task to the next', async () => {
    const rig = await rigWith(two);
    const key = rig.create({ x: 1 });
    modify(rig, key, { ...activate('b'), terminate: [{ elementInstanceKey: rig.key(key, 'a') }] });
    assert.deepEqual(rig.at(key), ['b']);
    assert.equal(rig.jobs('a').length, 0);
    assert.deepEqual(rig.complete('b').variables, { x: 1, y: 2 });
    assert.equal(rig.state(key), 'COMPLETED');
    assert.ok(
      rig.events.some((event) => event.kind === 'instance:modified' && event.instance.key === key),
      'there is an event',
    );
  });

  test('only activates, so both tasks are active', async () => {
    const rig = await rigWith(two);
    const key = rig.create({ x: 1 });
    modify(rig, key, activate('b', 'b'));
    assert.deepEqual(rig.at(key), ['a', 'b', 'b']);
    rig.complete('b');
    rig.complete('b');
    assert.equal(rig.state(key), 'ACTIVE');
    rig.complete('a');
    rig.complete('b');
    assert.equal(rig.state(key), 'COMPLETED');
  });

  test('goes on identically after a snapshot', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    modify(rig, key, { ...activate('d'), terminate: [{ elementId: 'first' }] });
    const other = await restored(rig);
    assert.deepEqual(other.at(key), ['d', 'inner', 'outer']);
    other.complete('d');
    assert.equal(other.state(key), 'COMPLETED');
  });
});

const nested = p(
  ...chain(
    start(),
    serviceTask('first', { type: 'first' }),
    subProcess(
      'outer',
      { inputs: { o: '=1' } },
      ...chain(
        start('s1'),
        serviceTask('c', { type: 'c' }),
        subProcess('inner', { inputs: { n: '=2' } }, ...chain(start('s2'), serviceTask('d', { type: 'd' }), end('e2'))),
        end('e1'),
      ),
    ),
    end(),
  ),
  boundary('tick', 'outer', { duration: 'PT1H' }),
  end('ticked'),
  ...path('tick', 'ticked'),
);

describe('scopes around an activated element', () => {
  test('are created without input mappings and start events, with their boundary events', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    modify(rig, key, activate('d'));
    assert.deepEqual(rig.at(key), ['d', 'first', 'inner', 'outer']);
    assert.deepEqual(rig.job('d').variables, {});
    assert.equal(rig.count('s1') + rig.count('s2'), 0);
    rig.pass(3_600_000);
    assert.deepEqual(rig.at(key), ['first']);
    assert.equal(rig.count('ticked'), 1);
  });

  test('are reused if there is one, also one that the same command creates', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    modify(rig, key, activate('d', 'd', 'c'));
    assert.deepEqual(rig.at(key), ['c', 'd', 'd', 'first', 'inner', 'outer']);
    modify(rig, key, activate('d'));
    assert.deepEqual(rig.at(key), ['c', 'd', 'd', 'd', 'first', 'inner', 'outer']);
  });

  test('case 439: several of them without a choice are refused; an ancestor chooses', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    modify(rig, key, activate('d'));
    modify(rig, key, { activate: [{ elementId: 'd', ancestorElementInstanceKey: key }] });
    assert.deepEqual(rig.at(key), ['d', 'd', 'first', 'inner', 'inner', 'outer', 'outer']);
    const several = refusal(rig, key, activate('d'));
    assert.equal(several.code, 'INVALID_ARGUMENT');
    assert.match(several.reason, /more than one active instance: 'inner'/);
    const [inner] = rig.machine.elements(key).filter(({ elementId }) => elementId === 'inner');
    modify(rig, key, { activate: [{ elementId: 'd', ancestorElementInstanceKey: inner!.key }] });
    const inside = rig.machine.elements(key).filter(({ scopeKey }) => scopeKey === inner!.key);
    assert.equal(inside.length, 2);
  });

  test('an ancestor that is not around the element is refused', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    const wrong = rig.key(key, 'first');
    const rejection = refusal(rig, key, { activate: [{ elementId: 'd', ancestorElementInstanceKey: wrong }] });
    assert.equal(rejection.code, 'INVALID_ARGUMENT');
    assert.match(rejection.reason, /not an ancestor/);
    const unknown = refusal(rig, key, { activate: [{ elementId: 'd', ancestorElementInstanceKey: '1' }] });
    assert.match(unknown.reason, /could not be found: '1'/);
  });

  test('are created anew beside one that completes and waits for its incident; it is refused as an ancestor', async () => {
    const failing = subProcess(
      'sub',
      { outputs: { r: '=assert(x, x = 1)' } },
      ...chain(start('s1'), serviceTask('c', { type: 'c' }), end('e1')),
    );
    const rig = await rigWith(p(...chain(start(), failing, end())));
    const key = rig.create();
    rig.complete('c', { x: 2 });
    const [incident] = rig.machine.incidents();
    assert.equal(incident?.elementId, 'sub');
    const ending = { activate: [{ elementId: 'c', ancestorElementInstanceKey: incident.elementInstanceKey }] };
    assert.match(refusal(rig, key, ending).reason, /in a scope that is ending/);
    modify(rig, key, activate('c'));
    assert.deepEqual(rig.at(key), ['c', 'sub', 'sub']);
    rig.complete('c', { x: 1 });
    rig.machine.resolveIncident(incident.key);
    assert.equal(rig.machine.instance(key)?.state, 'COMPLETED');
  });

  test('end with their last element', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    modify(rig, key, activate('d'));
    modify(rig, key, { terminate: [{ elementId: 'd' }] });
    assert.deepEqual(rig.at(key), ['first']);
    rig.pass(3_600_000);
    assert.equal(rig.count('ticked'), 0);
  });

  test('stay if an element is activated in them by the same command', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    modify(rig, key, activate('d'));
    const inner = rig.key(key, 'inner');
    modify(rig, key, { ...activate('d'), terminate: [{ elementId: 'd' }] });
    assert.equal(rig.key(key, 'inner'), inner);
  });
});

describe('case 122: variables', () => {
  test('without a scope are variables of the process instance', async () => {
    const rig = await rigWith(two);
    const key = rig.create();
    modify(rig, key, { activate: [{ elementId: 'b', variables: [{ variables: { x: 5 } }] }] });
    assert.deepEqual(rig.root(key), { x: 5 });
    assert.deepEqual(rig.job('b').variables, { x: 5, y: 6 });
  });

  test('with a scope are local to the element or to a scope around it', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    const variables = [
      { scopeId: 'd', variables: { d: 1 } },
      { scopeId: 'inner', variables: { i: 2 } },
      { scopeId: 'outer', variables: { o: 3 } },
      { scopeId: 'p', variables: { p: 4 } },
    ];
    modify(rig, key, { activate: [{ elementId: 'd', variables }] });
    assert.deepEqual(rig.root(key), { p: 4 });
    assert.deepEqual(rig.job('d').variables, { d: 1, i: 2, o: 3, p: 4 });
    modify(rig, key, { activate: [{ elementId: 'd', variables: [{ scopeId: 'outer', variables: { o: 30 } }] }] });
    assert.equal(rig.job('d').variables.o, 30);
    assert.deepEqual(rig.root(key), { p: 4 });
  });

  test('of another scope are refused, and nothing changes', async () => {
    const rig = await rigWith(nested);
    const key = rig.create();
    for (const scopeId of ['nope', 'first']) {
      const variables = [{ variables: { x: 1 } }, { scopeId, variables: {} }];
      const rejection = refusal(rig, key, { activate: [{ elementId: 'd', variables }] });
      assert.equal(rejection.code, 'INVALID_ARGUMENT');
      assert.match(rejection.reason, new RegExp(`'${scopeId}'`));
    }
    const invalid = refusal(rig, key, { activate: [{ elementId: 'd', variables: [{ variables: [] as never }] }] });
    assert.equal(invalid.code, 'INVALID_ARGUMENT');
  });
});

describe('case 123: refused and last', () => {
  test('an unknown instance is not found, nor one that has ended', async () => {
    const rig = await rigWith(two);
    const key = rig.create({ x: 1 });
    assert.equal(rejected(() => modify(rig, '1', activate('b'))).code, 'NOT_FOUND');
    assert.equal(rejected(() => modify(rig, rig.key(key, 'a'), activate('b'))).code, 'NOT_FOUND');
    rig.machine.cancelInstance(key);
    assert.equal(rejected(() => modify(rig, key, activate('b'))).code, 'NOT_FOUND');
  });

  test('the instance ends with its last element', async () => {
    const rig = await rigWith(two);
    const key = rig.create({ x: 1 });
    modify(rig, key, { terminate: [{ elementInstanceKey: rig.key(key, 'a') }] });
    assert.equal(rig.state(key), 'TERMINATED');
    assert.deepEqual(rig.machine.jobs(), []);
  });

  const cases: readonly (readonly [what: string, modification: Modification, reason: RegExp])[] = [
    ['an unknown element', activate('b', 'nope'), /could not be found: 'nope'/],
    ['a start event', activate('start'), /unsupported: 'start'/],
    ['an unknown element instance', { terminate: [{ elementInstanceKey: '1' }] }, /could not be found: '1'/],
    ['an element without instances', { ...activate('b'), terminate: [{ elementId: 'b' }] }, /no active instance: 'b'/],
    ['a source without instances', { move: [{ source: { elementId: 'b' }, targetElementId: 'a' }] }, /'b'/],
    ['an unknown target', { move: [{ source: { elementId: 'a' }, targetElementId: 'z' }] }, /could not be found: 'z'/],
  ];
  for (const [what, modification, reason] of cases) {
    test(`${what} is refused, and nothing changes`, async () => {
      const rig = await rigWith(two);
      const rejection = refusal(rig, rig.create({ x: 1 }), modification);
      assert.equal(rejection.code, 'INVALID_ARGUMENT');
      assert.match(rejection.reason, reason);
    });
  }

  test('a scope whose events cannot be evaluated is refused, with its variables', async () => {
    const waiting = p(
      ...chain(
        start(),
        serviceTask('a', { type: 'a' }),
        subProcess('sub', {}, ...chain(start('s'), serviceTask('b', { type: 'b' }), end('e'))),
        end(),
      ),
      boundary('m', 'sub', { message: 'm' }),
      ...path('m', 'end'),
    );
    const rig = await rigWith(waiting);
    const key = rig.create();
    const variables = [{ variables: { other: 1 } }];
    const rejection = refusal(rig, key, { activate: [{ elementId: 'b', variables }] });
    assert.equal(rejection.code, 'INVALID_ARGUMENT');
    assert.match(rejection.reason, /events of a new scope/);
    modify(rig, key, { activate: [{ elementId: 'b', variables: [{ variables: { key: 'K' } }] }] });
    rig.publish('m', 'K');
    assert.deepEqual(rig.at(key), ['a']);
  });

  test('case 348: terminating a call activity terminates the instance that it called', async () => {
    const parent = process(
      'parent',
      ...chain(start(), callActivity('call', { processId: 'p' }), serviceTask('after', { type: 'after' }), end()),
    );
    const rig = await rigWith(two, parent);
    const key = rig.create({ x: 1 }, 'parent');
    const child = rig.job('a').processInstanceKey;
    modify(rig, key, { ...activate('after'), terminate: [{ elementId: 'call' }] });
    assert.equal(rig.state(child), 'TERMINATED');
    assert.deepEqual(rig.at(key), ['after']);
  });

  test('case 348: the last element of a called instance is refused', async () => {
    const parent = process('parent', ...chain(start(), callActivity('call', { processId: 'p' }), end()));
    const rig = await rigWith(two, parent);
    rig.create({ x: 1 }, 'parent');
    const child = rig.job('a').processInstanceKey;
    const rejection = refusal(rig, child, { terminate: [{ elementId: 'a' }] });
    assert.equal(rejection.code, 'INVALID_ARGUMENT');
    assert.match(rejection.reason, /call activity/);
    modify(rig, child, { ...activate('b'), terminate: [{ elementId: 'a' }] });
    assert.deepEqual(rig.at(child), ['b']);
  });
});

test('case 439: an event subprocess is entered at its start event, and what runs beside it stays', async () => {
  const rig = await rigWith(
    p(
      ...chain(start(), serviceTask('a', { type: 'a' }), end()),
      eventSubProcess(
        'esp',
        {},
        ...chain(
          start('m', { message: { name: 'm', correlationKey: '=k' } }),
          serviceTask('b', { type: 'b' }),
          end('z'),
        ),
      ),
    ),
  );
  const key = rig.create({ k: 'K' });
  modify(rig, key, activate('esp'));
  assert.deepEqual(rig.at(key), ['a', 'b', 'esp']);
  assert.equal(rig.count('m'), 1);
  modify(rig, key, activate('b'));
  assert.deepEqual(rig.at(key), ['a', 'b', 'b', 'esp']);
});

test('an element in a scope that an event subprocess has interrupted goes on', async () => {
  const rig = await rigWith(
    p(
      ...chain(start(), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' }), end()),
      eventSubProcess(
        'esp',
        {},
        ...chain(
          start('m', { message: { name: 'm', correlationKey: '=k' } }),
          serviceTask('c', { type: 'c' }),
          end('z'),
        ),
      ),
    ),
  );
  const key = rig.create({ k: 'K' });
  rig.publish('m', 'K');
  assert.deepEqual(rig.at(key), ['c', 'esp']);
  modify(rig, key, { ...activate('a'), terminate: [{ elementId: 'c' }] });
  assert.deepEqual(rig.at(key), ['a']);
  rig.complete('a');
  rig.complete('b');
  assert.equal(rig.state(key), 'COMPLETED');
});

test('a token that waits at a join keeps the instance alive', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('f'),
      serviceTask('a', { type: 'a' }),
      serviceTask('b', { type: 'b' }),
      parallelGateway('j'),
      end(),
      ...path('start', 'f', 'a', 'j', 'end'),
      flow('f', 'b'),
      flow('b', 'j'),
    ),
  );
  const key = rig.create();
  rig.complete('a');
  modify(rig, key, { terminate: [{ elementId: 'b' }] });
  assert.equal(rig.state(key), 'ACTIVE');
  modify(rig, key, activate('b'));
  rig.complete('b');
  assert.equal(rig.state(key), 'COMPLETED');
});

describe('elements in a multi-instance subprocess', () => {
  const inLoop = p(
    ...chain(
      start(),
      serviceTask('a', { type: 'a' }),
      subProcess(
        'sub',
        { content: loop('[1, 2]') },
        ...chain(start('s'), serviceTask('b', { type: 'b' }), serviceTask('c', { type: 'c' }), end('e')),
      ),
      end(),
    ),
  );

  test('cases 123 and 327: cannot be activated', async () => {
    const rig = await rigWith(inLoop);
    const key = rig.create();
    const rejection = refusal(rig, key, activate('c'));
    assert.equal(rejection.code, 'INVALID_STATE');
    assert.match(rejection.reason, /multi-instance/);
    rig.complete('a');
    assert.equal(refusal(rig, key, activate('c')).code, 'INVALID_STATE');
    const body = rig.machine.elements(key).find(({ kind }) => kind === 'multiInstanceBody');
    const inBody = { activate: [{ elementId: 'c', ancestorElementInstanceKey: body!.key }] };
    assert.equal(refusal(rig, key, inBody).code, 'INVALID_STATE');
  });

  test('case 327: can be moved, each inside its own instance', async () => {
    const rig = await rigWith(inLoop);
    const key = rig.create();
    rig.complete('a');
    for (const kind of ['inferred', 'sourceParent'] as const) {
      const from = kind === 'inferred' ? 'b' : 'c';
      const to = kind === 'inferred' ? 'c' : 'b';
      modify(rig, key, {
        move: [{ source: { elementId: from }, targetElementId: to, ancestorScope: { kind } }],
      });
      assert.deepEqual(rig.at(key), [to, to, 'sub', 'sub', 'sub']);
    }
    assert.deepEqual(
      rig.jobs('b').map(({ variables }) => variables.i),
      [1, 2],
    );
    for (const { key: job } of rig.machine.jobs()) rig.machine.completeJob(job, {});
    rig.complete('c');
    rig.complete('c');
    assert.equal(rig.state(key), 'COMPLETED');
  });

  test('a multi-instance activity is moved once, with all its instances', async () => {
    const rig = await rigWith(inLoop);
    const key = rig.create();
    rig.complete('a');
    modify(rig, key, { move: [{ source: { elementId: 'sub' }, targetElementId: 'a' }] });
    assert.deepEqual(rig.at(key), ['a']);
  });
});

test('case 439: termination by element id ends all its instances, and a move replaces each of them', async () => {
  const rig = await rigWith(two);
  const key = rig.create({ x: 1 });
  modify(rig, key, activate('a', 'a'));
  assert.deepEqual(rig.at(key), ['a', 'a', 'a']);
  modify(rig, key, {
    move: [{ source: { elementId: 'a' }, targetElementId: 'b', variables: [{ variables: { m: 1 } }] }],
  });
  assert.deepEqual(rig.at(key), ['b', 'b', 'b']);
  assert.deepEqual(rig.root(key), { x: 1, m: 1 });
  modify(rig, key, { terminate: [{ elementId: 'b' }] });
  assert.equal(rig.state(key), 'TERMINATED');
});
