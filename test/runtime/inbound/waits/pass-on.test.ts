import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../../../src/common/clock.ts';
import { connectionFault } from '../../../../src/connection/faults.ts';
import type {
  Connection,
  ConnectionFault,
  CreateInstanceRequest,
  StatusName,
} from '../../../../src/connection/port.ts';
import { answerOf } from '../../../../src/runtime/inbound/answer-of.ts';
import { httpAnswer } from '../../../../src/runtime/inbound/http-answer.ts';
import { createPassOn, readPassed, writePassed } from '../../../../src/runtime/inbound/waits/pass-on.ts';
import { randomId } from '../../../../src/runtime/inbound/waits/reference.ts';
import { createLineLogger } from '../../support/runtime.ts';

describe('an answer on its way to another runtime', () => {
  for (const [title, answer] of [
    ['JSON', answerOf({ body: { a: [1, 'ü'] } })],
    ['text with a status and headers', answerOf({ status: 201, headers: { 'x-a': 'b' }, body: 'Grüß Gott' })],
    ['bytes', answerOf({ body: new Uint8Array([0, 255, 128]) })],
    ['no body', answerOf({ status: 204 })],
  ] as const) {
    test(`stays the same: ${title}`, () => {
      const passed = answerOf(readPassed(JSON.parse(JSON.stringify(writePassed(answer)))));
      assert.deepEqual({ ...passed, body: Buffer.from(passed.body) }, { ...answer, body: Buffer.from(answer.body) });
    });
  }

  for (const value of [undefined, null, 'text', [], { status: '200' }, { status: 200, headers: { 'x a': 'b' } }]) {
    test(`is refused if it is ${JSON.stringify(value)}`, () => {
      if (typeof value === 'object' && value !== null && 'status' in value) {
        assert.throws(() => answerOf(readPassed(value)), /of an answer/);
      } else assert.equal(answerOf(readPassed(value)).status, 200, 'nothing was given, which is an empty answer');
    });
  }
});

const faultOf = (status: StatusName, reason: ConnectionFault['reason']): ConnectionFault =>
  connectionFault(reason, status, { what: status });

/** What passes answers on, on a cluster that the test plays. */
const passing = (
  given: Partial<Pick<Connection, 'deploy' | 'createInstanceWithResult' | 'tenants'>>,
  date = Date.now,
  now = systemClock.now,
) => {
  const requests: CreateInstanceRequest[] = [];
  const connection = {
    address: 'grpc://test',
    deploy: async () => [],
    createInstanceWithResult: async (request: CreateInstanceRequest) => {
      requests.push(request);
      return { variables: '{"answered":true}' };
    },
    ...given,
  } as unknown as Connection;
  const { logger, lines } = createLineLogger();
  const clock = { ...systemClock, date, now };
  const passOn = createPassOn({ connection, clock, logger });
  const signal = new AbortController().signal;
  const services = { connection, clock, emit: () => {}, signal };
  const reference = { holder: randomId(), call: randomId(), until: 1_000_000 };
  const pass = (longest = 8_000, tenantId = '<default>', given = reference) =>
    passOn.pass(given, { key: '7', tenantId }, httpAnswer(200), longest, signal);
  return { passOn, services, pass, requests, lines, reference };
};

describe('passing an answer on', () => {
  for (const [title, now, longest, patience] of [
    ['as long as the caller waits, and a second', 995_000, 8_000, 'PT6S'],
    ['a second for a caller whose time is over, since clocks differ', 1_020_000, 8_000, 'PT1S'],
    ['no longer than a caller can wait, if the clocks differ much', 900_000, 8_000, 'PT9S'],
  ] as const) {
    test(`the holder has time: ${title}`, async () => {
      const { passOn, services, pass, requests } = passing({}, () => now);
      await passOn.prepare(services);
      assert.equal(await pass(longest), true);
      const { bpmnProcessId, tenantId, variables } = requests[0]!;
      assert.deepEqual([bpmnProcessId, tenantId], ['_webhook_answer_1', '<default>']);
      const { patience: given, job, answered } = JSON.parse(variables!) as Record<string, unknown>;
      assert.deepEqual([given, job, answered], [patience, '7', false]);
    });
  }

  test('long after the end of the wait, and without preparation, nothing is sent', async () => {
    const late = passing({}, () => 1_100_000);
    await late.passOn.prepare(late.services);
    assert.deepEqual([await late.pass(), late.requests.length], [false, 0]);
    const unprepared = passing({}, () => 1_000_000);
    assert.deepEqual([await unprepared.pass(), unprepared.requests.length], [false, 0]);
  });

  test('a cluster that refuses the deployment is a warning that says what follows and how to correct it', async () => {
    const deploy = () => Promise.reject(faultOf('PERMISSION_DENIED', 'rejected'));
    const { passOn, services, pass, requests, lines } = passing({ deploy }, () => 1_000_000);
    await passOn.prepare(services);
    assert.match(
      lines.join('\n'),
      /warn The process _webhook_answer_1 cannot be deployed, so answers reach only callers of the runtime that executes the answering task: .* Fix: allow the client to deploy/,
    );
    assert.deepEqual([await pass(), await pass(), requests.length], [false, false, 0]);
    assert.equal(lines.length, 1, 'the cluster is not asked again for each answer');
  });

  test('a refused deployment is tried again after five minutes, without another warning', async () => {
    let time = 0;
    let tries = 0;
    let isAllowed = false;
    const deploy = async () => {
      tries += 1;
      if (!isAllowed) throw faultOf('PERMISSION_DENIED', 'rejected');
      return [];
    };
    const { passOn, services, pass, lines } = passing(
      { deploy },
      () => 1_000_000,
      () => time,
    );
    await passOn.prepare(services);
    time = 299_999;
    assert.deepEqual([await pass(), tries], [false, 1]);
    time = 300_000;
    assert.deepEqual([await pass(), await pass(), tries], [false, false, 2]);
    assert.equal(lines.length, 1);
    isAllowed = true;
    time = 600_000;
    assert.deepEqual([await pass(), await pass(), tries], [true, true, 3]);
  });

  test('answers that come together ask the cluster once, with one warning for each tenant', async () => {
    const tenants: (string | undefined)[] = [];
    const deploy: Connection['deploy'] = async (_files, options) => {
      tenants.push(options?.tenantId);
      throw faultOf('PERMISSION_DENIED', 'rejected');
    };
    const { passOn, services, pass, lines } = passing(
      { deploy, tenants: { tenantFilter: 'ASSIGNED', tenantIds: [] } },
      () => 1_000_000,
    );
    await passOn.prepare(services);
    const given = await Promise.all(['a', 'a', 'b', 'a', 'b'].map((tenant) => pass(8_000, tenant)));
    assert.deepEqual([given.includes(true), tenants.sort(), lines.length], [false, ['a', 'b'], 2]);
  });

  test('beyond 64 answers under way to one holder, the others wait at most 4 seconds: it is probably gone', async () => {
    const ends: (() => void)[] = [];
    const patience: unknown[] = [];
    const createInstanceWithResult: Connection['createInstanceWithResult'] = ({ variables }) => {
      patience.push((JSON.parse(variables!) as { readonly patience: unknown }).patience);
      return new Promise((resolve) => {
        ends.push(() => resolve({ variables: '{"answered":false}' } as never));
      });
    };
    const { passOn, services, pass, reference } = passing({ createInstanceWithResult }, () => 995_000 - 55_000);
    await passOn.prepare(services);
    const endAll = (): void => {
      for (const end of ends.splice(0)) end();
    };
    const passes = Array.from({ length: 65 }, () => pass(60_000));
    const other = pass(60_000, '<default>', { ...reference, holder: randomId() });
    await new Promise(setImmediate);
    assert.deepEqual([patience.length, patience[63], patience[64], patience[65]], [66, 'PT61S', 'PT4S', 'PT61S']);
    endAll();
    await Promise.all([...passes, other]);
    const next = pass(60_000);
    await new Promise(setImmediate);
    assert.equal(patience[66], 'PT61S');
    endAll();
    assert.equal(await next, false);
  });

  test('a cluster that does not answer fails the attempt, so that the job is repeated', async () => {
    const createInstanceWithResult = () => Promise.reject(faultOf('UNAVAILABLE', 'transient'));
    const { passOn, services, pass } = passing({ createInstanceWithResult }, () => 1_000_000);
    await passOn.prepare(services);
    await assert.rejects(pass(), /UNAVAILABLE/);
  });
});
