import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  parallelGateway,
  path,
  receiveTask,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, p, rejected, rejectionOf, rigWith } from './support.ts';

const thrown = (code: string, variables = {}) => ({ code, errorMessage: 'said', variables });

test('case 88: a non-interrupting timer cycle fires the given number of times, and the task continues', async () => {
  const rig = await rigWith(
    p(
      start(),
      serviceTask('task', { type: 'a' }),
      boundary('tick', 'task', { cycle: 'R3/PT1S', interrupting: false }),
      serviceTask('ticked', { type: 'b' }),
      end(),
      end('e2'),
      ...path('start', 'task', 'end'),
      ...path('tick', 'ticked', 'e2'),
    ),
  );
  const key = rig.create();
  for (const expected of [1, 2, 3, 3]) {
    rig.pass(1000);
    assert.equal(rig.count('tick'), expected);
  }
  assert.deepEqual(rig.at(key), ['task', 'ticked', 'ticked', 'ticked']);
  assert.equal(rig.machine.nextDue(), undefined);
  rig.complete('a');
  assert.equal(rig.state(key), 'ACTIVE');
  for (const job of rig.jobs('b')) rig.machine.completeJob(job.key, {});
  assert.equal(rig.state(key), 'COMPLETED');
});

test('case 88: a jump over several due times fires each timer at its own time', async () => {
  const rig = await rigWith(
    p(
      start(),
      serviceTask('task', { type: 'a' }),
      boundary('tick', 'task', { cycle: 'R3/PT1S', interrupting: false, outputs: { at: '=string(now())' } }),
      serviceTask('ticked', { type: 'b', inputs: { seen: '=at' } }),
      end(),
      end('e2'),
      ...path('start', 'task', 'end'),
      ...path('tick', 'ticked', 'e2'),
    ),
  );
  rig.create();
  rig.pass(3_600_000);
  const seen = rig.jobs('b').map(({ variables }) => String(variables.seen).slice(0, 23));
  assert.deepEqual(seen, ['2026-03-18T12:34:57.789', '2026-03-18T12:34:58.789', '2026-03-18T12:34:59.789']);
});

test('a cron expression fires at its times, also after a snapshot', async () => {
  const resources = [
    await compile(
      p(
        ...chain(start(), serviceTask('task', { type: 'a' }), end()),
        boundary('tick', 'task', {
          cycle: '0 0 9-17 * * MON-FRI',
          interrupting: false,
          outputs: { at: '=string(now())' },
        }),
        end('ticked'),
        ...path('tick', 'ticked'),
      ),
    ),
  ];
  const rig = createRig();
  rig.machine.deploy(resources);
  const key = rig.create();
  assert.equal(rig.machine.nextDue(), Date.UTC(2026, 2, 18, 13));
  rig.pass(3_600_000);
  assert.equal(rig.count('ticked'), 1);
  assert.match(String(rig.root(key)?.at), /^2026-03-18T13:00(:00)?Z/);
  const restored = createRig({ snapshot: rig.machine.snapshot(), resources }, rig.now());
  restored.pass(24 * 3_600_000);
  assert.equal(restored.count('ticked'), 9);
  assert.equal(restored.machine.nextDue(), Date.UTC(2026, 2, 19, 14));
});

test('a cron expression that starts a process repeats, and one without a time never fires', async () => {
  const rig = await rigWith(p(...chain(start('start', { cycle: '@daily' }), end())));
  rig.pass(3 * 86_400_000);
  assert.equal(rig.created().length, 3);
  const never = await rigWith(p(...chain(start('start', { cycle: '0 0 0 30 2 *' }), end())));
  assert.equal(never.machine.nextDue(), undefined);
});

test('a duration whose parts are in the wrong order deploys, and its timer gets an incident', async () => {
  const rig = await rigWith(p(...chain(start(), catchEvent('wait', { duration: 'PT1D' }), end())));
  rig.create();
  const { type, message } = rig.incident();
  assert.equal(type, 'EXTRACT_VALUE_ERROR');
  assert.equal(
    message,
    "Expected the timer value 'PT1D' to be an ISO 8601 duration such as PT10S, but was another text.",
  );
});

test('a cycle with zero repetitions never fires', async () => {
  const rig = await rigWith(
    p(
      start(),
      serviceTask('task', { type: 'a' }),
      boundary('tick', 'task', { cycle: '=c', interrupting: false }),
      end(),
      ...path('start', 'task', 'end'),
      ...path('tick', 'end'),
    ),
  );
  const key = rig.create({ c: 'R0/PT1S' });
  assert.equal(rig.machine.nextDue(), undefined);
  rig.complete('a');
  assert.equal(rig.state(key), 'COMPLETED');
});

test('a date in the past does not set the clock back', async () => {
  const wait = { date: '2020-01-01T00:00:00Z', outputs: { year: '=now().year' } };
  const rig = await rigWith(p(...chain(start(), catchEvent('wait', wait), end())));
  assert.deepEqual(rig.root(rig.create()), { year: 2026 });
});

const interrupted = (options: object): string =>
  p(
    start(),
    serviceTask('task', { type: 'a' }),
    boundary('caught', 'task', options),
    serviceTask('after', { type: 'b' }),
    end(),
    end('e2'),
    ...path('start', 'task', 'end'),
    ...path('caught', 'after', 'e2'),
  );

test('case 89: an interrupting timer terminates the task and cancels its job', async () => {
  const rig = await rigWith(interrupted({ duration: 'PT1S' }));
  const key = rig.create();
  const job = rig.job('a');
  rig.pass(1000);
  assert.deepEqual(rig.at(key), ['after']);
  assert.equal(
    rejectionOf(() => rig.machine.completeJob(job.key, {})),
    'NOT_FOUND',
  );
  rig.complete('b');
  assert.equal(rig.state(key), 'COMPLETED');
});

test('a timer is removed when its task completes in time', async () => {
  const rig = await rigWith(interrupted({ duration: 'PT1S' }));
  const key = rig.create();
  rig.complete('a');
  assert.deepEqual([rig.state(key), rig.machine.nextDue()], ['COMPLETED', undefined]);
});

test('case 91: the boundary event receives the variables of a thrown error', async () => {
  const rig = await rigWith(interrupted({ error: 'E' }));
  const key = rig.create();
  const job = rig.job('a');
  rig.machine.throwError(job.key, thrown('E', { v: 1 }));
  assert.deepEqual([rig.at(key), rig.root(key)], [['after'], { v: 1 }]);
  assert.deepEqual(rig.job('b').variables, { v: 1 });
  assert.equal(
    rejectionOf(() => rig.machine.completeJob(job.key, {})),
    'NOT_FOUND',
  );
  assert.deepEqual(rig.machine.incidents(), []);
  const kinds = rig.events.map(({ kind }) => kind);
  assert.ok(kinds.includes('job:errorThrown') && kinds.includes('element:terminated'));
});

test('case 91: output mappings of the error event select from the variables', async () => {
  const rig = await rigWith(interrupted({ error: 'E', outputs: { got: '=v', none: '=w' } }));
  const key = rig.create();
  rig.machine.throwError(rig.job('a').key, thrown('E', { v: 1, x: 2 }));
  assert.deepEqual(rig.root(key), { got: 1, none: null });
});

const nested = p(
  start(),
  subProcess('sub', {}, ...chain(start('s'), serviceTask('task', { type: 'a' }), end('e'))),
  boundary('any', 'sub', { error: null }),
  boundary('exact', 'sub', { error: 'E' }),
  serviceTask('onExact', { type: 'x' }),
  serviceTask('onAny', { type: 'y' }),
  end(),
  ...path('start', 'sub', 'end'),
  ...path('exact', 'onExact', 'end'),
  ...path('any', 'onAny', 'end'),
);

test('case 92: an outer event can catch an error; an event with its code precedes one for all errors', async () => {
  const rig = await rigWith(nested);
  for (const [code, expected] of [
    ['E', 'onExact'],
    ['F', 'onAny'],
  ] as const) {
    const key = rig.create();
    rig.machine.throwError(rig.job('a').key, thrown(code));
    assert.deepEqual(rig.at(key), [expected]);
  }
  const ended = rig.events.flatMap((event) => (event.kind === 'element:terminated' ? [event.element.elementId] : []));
  assert.deepEqual(ended, ['task', 'sub', 'task', 'sub']);
});

test('the innermost event catches an error, even if it is for all errors and an outer one has the code', async () => {
  const rig = await rigWith(
    p(
      start(),
      subProcess(
        'sub',
        {},
        start('s'),
        serviceTask('task', { type: 'a' }),
        boundary('inner', 'task', { error: null }),
        serviceTask('onInner', { type: 'x' }),
        end('e'),
        ...path('s', 'task', 'e'),
        ...path('inner', 'onInner', 'e'),
      ),
      boundary('outer', 'sub', { error: 'E' }),
      end(),
      ...path('start', 'sub', 'end'),
      ...path('outer', 'end'),
    ),
  );
  const key = rig.create();
  rig.machine.throwError(rig.job('a').key, thrown('E'));
  assert.deepEqual(rig.at(key), ['onInner', 'sub']);
});

test('case 93: an error that is not caught is accepted and becomes an incident', async () => {
  const rig = await rigWith(interrupted({ error: 'OTHER' }));
  rig.create();
  const { key } = rig.job('a');
  rig.machine.throwError(key, thrown('E', { v: 1 }));
  const incident = rig.incident();
  assert.deepEqual([incident.type, incident.elementId, incident.jobKey], ['UNHANDLED_ERROR_EVENT', 'task', key]);
  for (const word of ["'E'", 'said', 'OTHER']) assert.match(incident.message, new RegExp(word));
  assert.match(rejected(() => rig.machine.completeJob(key, {})).reason, /'ERROR_THROWN'/);
  assert.equal(
    rejectionOf(() => rig.machine.completeJob(key, {})),
    'INVALID_STATE',
  );
  rig.pass(100_000);
  assert.deepEqual(rig.jobs('a'), []);
  rig.machine.resolveIncident(incident.key);
  assert.deepEqual([rig.job('a').key, rig.machine.jobs()[0]?.retries], [key, 3]);
});

test('the boundary event of a subprocess catches the error of an end event', async () => {
  const rig = await rigWith(
    p(
      start(),
      subProcess(
        'sub',
        {},
        start('s'),
        parallelGateway('fork'),
        serviceTask('beside', { type: 'a' }),
        end('fails', { error: 'E' }),
        end('e'),
        ...path('s', 'fork', 'beside', 'e'),
        ...path('fork', 'fails'),
      ),
      boundary('caught', 'sub', { error: 'E' }),
      serviceTask('after', { type: 'b' }),
      end(),
      ...path('start', 'sub', 'end'),
      ...path('caught', 'after', 'end'),
    ),
  );
  const key = rig.create();
  assert.deepEqual([rig.at(key), rig.machine.jobs().length], [['after'], 1]);
});

test('an uncaught error of an end event is an incident, and again when it is resolved', async () => {
  const rig = await rigWith(p(...chain(start(), end('fails', { error: 'E' }))));
  const key = rig.create();
  const { type, elementId, key: first } = rig.incident();
  assert.deepEqual([type, elementId], ['UNHANDLED_ERROR_EVENT', 'fails']);
  rig.machine.resolveIncident(first);
  assert.notEqual(rig.incident().key, first);
  rig.machine.cancelInstance(key);
  assert.deepEqual(rig.machine.incidents(), []);
  assert.equal(rig.events.filter(({ kind }) => kind === 'incident:resolved').length, 2);
});

test('case 96: a terminate end event in a subprocess completes the subprocess; the rest continues', async () => {
  const rig = await rigWith(
    p(
      start(),
      subProcess(
        'sub',
        { inputs: { local: '=1' }, outputs: { out: '=local + 1' } },
        start('s'),
        parallelGateway('fork'),
        serviceTask('beside', { type: 'a' }),
        end('stop', { terminate: true }),
        end('e'),
        ...path('s', 'fork', 'beside', 'e'),
        ...path('fork', 'stop'),
      ),
      serviceTask('after', { type: 'b' }),
      end(),
      ...path('start', 'sub', 'after', 'end'),
    ),
  );
  const key = rig.create();
  assert.deepEqual([rig.at(key), rig.root(key)], [['after'], { out: 2 }]);
  assert.deepEqual(rig.jobs('a'), []);
});

test('boundary events stay open during an incident, and remove it when they are triggered', async () => {
  const rig = await rigWith(interrupted({ duration: 'PT1S' }));
  const key = rig.create();
  rig.machine.failJob(rig.job('a').key, { retries: 0, errorMessage: 'x', backoff: 0, variables: {} });
  rig.pass(1000);
  assert.deepEqual([rig.at(key), rig.machine.incidents()], [['after'], []]);
});

test('case 118: a receive task waits for a message and can have boundary events', async () => {
  const rig = await rigWith(
    p(
      start(),
      receiveTask('wait', { message: 'm', inputs: { x: '=1' } }),
      boundary('late', 'wait', { duration: 'PT1S' }),
      serviceTask('after', { type: 'b' }),
      end(),
      ...path('start', 'wait', 'end'),
      ...path('late', 'after', 'end'),
    ),
  );
  const received = rig.create({ key: 'k' });
  rig.publish('m', 'k', { variables: { x: 2, y: 3 } });
  assert.deepEqual([rig.state(received), rig.root(received)], ['COMPLETED', { key: 'k', y: 3 }]);
  assert.equal(rig.machine.nextDue(), undefined);
  const late = rig.create({ key: 'k' });
  rig.pass(1000);
  assert.deepEqual(rig.at(late), ['after']);
  rig.publish('m', 'k');
  assert.deepEqual(rig.at(late), ['after']);
});

test('case 130: a long jump fires timers, deadlines, back-offs and expiries in the order of their due times', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      serviceTask('owned', { type: 'a' }),
      serviceTask('failed', { type: 'b' }),
      catchEvent('t1', { duration: 'PT10S' }),
      catchEvent('t2', { duration: 'PT10S' }),
      end(),
      ...path('start', 'fork', 'owned', 'end'),
      ...path('fork', 'failed', 'end'),
      ...path('fork', 't1', 't2', 'end'),
    ),
  );
  rig.create();
  rig.machine.activateJobs({ type: 'a', worker: 'w', timeout: 15_000, maxJobs: 1, fetchVariables: [] });
  rig.machine.failJob(rig.job('b').key, { retries: 1, errorMessage: '', backoff: 12_000, variables: {} });
  rig.publish('m', 'k', { timeToLive: 5000 });
  rig.publish('m', 'k', { timeToLive: 25_000 });
  rig.events.length = 0;
  rig.pass(3_600_000);
  const order = rig.events.flatMap((event) => {
    if (event.kind === 'timer:triggered') return [event.elementId];
    if (event.kind === 'job:activatable') return [event.job.elementId];
    return event.kind === 'message:expired' ? [`message ${event.message.deadline - rig.now() + 3_600_000}`] : [];
  });
  assert.deepEqual(order, ['message 5000', 't1', 'failed', 'owned', 't2', 'message 25000']);
  assert.equal(rig.machine.nextDue(), undefined);
});
