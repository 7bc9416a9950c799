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
const passing = (given: Partial<Pick<Connection, 'deploy' | 'createInstanceWithResult'>>, date = Date.now) => {
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
  const clock = { ...systemClock, date };
  const passOn = createPassOn({ connection, clock, logger });
  const signal = new AbortController().signal;
  const services = { connection, clock, emit: () => {}, signal };
  const reference = { holder: randomId(), call: randomId(), until: 1_000_000 };
  const pass = (longest = 8_000) =>
    passOn.pass(reference, { key: '7', tenantId: '<default>' }, httpAnswer(200), longest, signal);
  return { passOn, services, pass, requests, lines };
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

  test('a cluster that does not answer fails the attempt, so that the job is repeated', async () => {
    const createInstanceWithResult = () => Promise.reject(faultOf('UNAVAILABLE', 'transient'));
    const { passOn, services, pass } = passing({ createInstanceWithResult }, () => 1_000_000);
    await passOn.prepare(services);
    await assert.rejects(pass(), /UNAVAILABLE/);
  });
});
