/** Jobs of ad-hoc sub-processes and listeners from a gateway to a connector, and its decision back to the gateway. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import * as v from 'valibot';
import { createConnection } from '../../src/connection/index.ts';
import { defineOutbound } from '../../src/connector/define.ts';
import { adHocResult } from '../../src/connector/make-job-results.ts';
import type { Job } from '../../src/connector/types.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { silentLogger } from '../../src/runtime/shared/logger.ts';
import { type Request, startTestGateway, topologyAnswer } from '../connection/support/gateway.ts';

type Callback = (error: unknown, answer?: object) => void;

const adHocJob = {
  key: '7',
  type: 'agent',
  elementId: 'Agent',
  retries: 3,
  variables: '{"question":"Why?"}',
  kind: 'AD_HOC_SUB_PROCESS',
  tags: ['vip'],
};

/** Runs a connector on a gateway of a version that offers one job. Resolves with the calls that settle it. */
const settle = async (t: TestContext, gatewayVersion: string) => {
  const calls: [string, Request][] = [];
  const settled = new EventTarget();
  const record =
    (method: string) =>
    ({ request }: ServerUnaryCall<Request, object>, callback: Callback): void => {
      calls.push([method, request]);
      callback(null, {});
      settled.dispatchEvent(new Event('settled'));
    };
  let isHandedOut = false;
  const gateway = await startTestGateway({
    Topology: (_call: unknown, callback: Callback) => callback(null, { ...topologyAnswer, gatewayVersion }),
    ActivateJobs: (call: ServerWritableStream<Request, object>) => {
      if (!isHandedOut && call.request.type === 'agent') {
        call.write({ jobs: [adHocJob] });
        isHandedOut = true;
      }
      call.end();
    },
    CompleteJob: record('CompleteJob'),
    FailJob: record('FailJob'),
  } as never);
  t.after(() => gateway.stop());
  const jobs: Job[] = [];
  const agent = defineOutbound({
    name: 'agent',
    type: 'agent',
    input: v.object({ question: v.string() }),
    run: ({ question }, { job }) => {
      jobs.push(job);
      return adHocResult({
        activateElements: [{ elementId: 'Ask', variables: { question } }],
        variables: { round: 1 },
      });
    },
  });
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: gateway.port });
  const runtime = createRuntime({ outbound: [agent], connection, logger: silentLogger, signals: false });
  const done = once(settled, 'settled');
  await runtime.start();
  await done;
  await runtime.stop();
  return { calls, job: jobs[0]! };
};

test('the job of an ad-hoc sub-process reaches `run` with its kind, and the completion carries the decision', async (t) => {
  const { calls, job } = await settle(t, '8.8.0');
  assert.deepEqual(
    [job.kind, job.listenerEvent, job.userTask, job.tags],
    ['AD_HOC_SUB_PROCESS', undefined, undefined, ['vip']],
  );
  assert.equal(calls.length, 1);
  const [[method, request]] = calls as [[string, { readonly variables: string; readonly result: Request }]];
  assert.equal(method, 'CompleteJob');
  assert.equal(request.variables, '{"round":1}');
  assert.equal(request.result.type, 'adHocSubProcess');
  assert.deepEqual(
    (request.result.activateElements as object[]).map((element) => ({ ...element })),
    [{ elementId: 'Ask', variables: '{"question":"Why?"}' }],
  );
});

test('case 92: on an older gateway the job fails and says why, and the decision is not lost in silence', async (t) => {
  const { calls } = await settle(t, '8.7.3');
  assert.deepEqual(
    calls.map(([method]) => method),
    ['FailJob'],
  );
  assert.match(
    String(calls[0]?.[1].errorMessage),
    /A job result needs Camunda 8\.8, but the gateway has the version 8\.7\.3/,
  );
});
