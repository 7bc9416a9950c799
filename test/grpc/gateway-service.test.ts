import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatewayService } from '../../src/grpc/gateway-service.ts';

test('the gateway definition holds the methods that this project uses', () => {
  for (const name of [
    'Topology',
    'DeployResource',
    'ActivateJobs',
    'StreamActivatedJobs',
    'CompleteJob',
    'FailJob',
  ] as const) {
    assert.equal(gatewayService[name].path, `/gateway_protocol.Gateway/${name}`);
  }
});

test('64-bit integers survive as decimal strings', () => {
  const { CompleteJob } = gatewayService;
  const request = { jobKey: '9007199254740993', variables: '{}' };
  const bytes = CompleteJob.requestSerialize(request);
  assert.deepEqual({ ...CompleteJob.requestDeserialize(bytes) }, request);
});

test('absent fields read as their defaults', () => {
  const { CompleteJob } = gatewayService;
  assert.deepEqual({ ...CompleteJob.requestDeserialize(Buffer.alloc(0)) }, { jobKey: '0', variables: '' });
});
