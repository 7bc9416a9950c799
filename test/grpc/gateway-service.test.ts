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

test('101. a modification has the numbers of Camunda 8.9: moves, and what is terminated by the id of its element', () => {
  const { ModifyProcessInstance } = gatewayService;
  const request = {
    processInstanceKey: '7',
    terminateInstructions: [{ elementId: 'a' }],
    moveInstructions: [
      {
        ...{ sourceElementId: 'a', targetElementId: 'b', ancestorElementInstanceKey: '5' },
        ...{ inferAncestorScopeFromSourceHierarchy: true, useSourceParentKeyAsAncestorScopeKey: true },
      },
    ],
  };
  const bytes = '0807 1a03 120161 2a0c 120161 1a0162 2805 3001 3801'.replaceAll(' ', '');
  assert.equal(ModifyProcessInstance.requestSerialize(request).toString('hex'), bytes);
});

test('102. the answer to the deletion of a resource is read: the empty one of Camunda 8.8, and the one of 8.9', () => {
  const { responseDeserialize } = gatewayService.DeleteResource;
  assert.equal((responseDeserialize(Buffer.alloc(0)) as { resourceKey: string }).resourceKey, '');
  const answer = responseDeserialize(Buffer.from('0a02343212050a01391003', 'hex'));
  assert.deepEqual(JSON.parse(JSON.stringify(answer)), {
    resourceKey: '42',
    batchOperation: { batchOperationKey: '9', batchOperationType: 'DELETE_PROCESS_DEFINITION' },
  });
});
