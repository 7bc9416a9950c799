/**
 * The library's description of the gateway's protocol against the protocol files of Camunda's own packages. The file in
 * `@camunda8/sdk` is always compared; GATEWAY_PROTO=path compares another one, e.g. `gateway.proto` of the Maven artifact
 * `io.camunda:zeebe-gateway-protocol-impl`.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import fc from 'fast-check';
import { type GatewayMethod, gatewayService } from '../../src/grpc/gateway-service.ts';
import { enums, messages, streamMethods, unaryMethods } from '../../src/grpc/protocol/description.ts';
import type { Field } from '../../src/grpc/protocol/types.ts';
import { messageOf, scalars } from './support/protocol-messages.ts';

type Method = MethodDefinition<object, object>;

const options = { longs: String, enums: String, defaults: true, keepCase: true };

const officialService = (path: string): ServiceDefinition =>
  loadSync(path, options)['gateway_protocol.Gateway'] as ServiceDefinition;

const sdkFile = createRequire(import.meta.url).resolve('@camunda8/sdk/dist/proto/zeebe.proto');

const files = [sdkFile, ...(process.env.GATEWAY_PROTO === undefined ? [] : [process.env.GATEWAY_PROTO])];

/** Only what the official file knows: the other fields are newer than it. */
const common = (ours: unknown, theirs: unknown): unknown => {
  if (Array.isArray(ours) && Array.isArray(theirs)) return ours.map((item, index) => common(item, theirs[index]));
  if (Buffer.isBuffer(ours) || typeof ours !== 'object' || ours === null) return ours;
  if (typeof theirs !== 'object' || theirs === null) return ours;
  const known = Object.entries(ours).filter(([field]) => Object.hasOwn(theirs, field));
  return Object.fromEntries(
    known.map(([field, value]) => [field, common(value, (theirs as Record<string, unknown>)[field])]),
  );
};

const plainOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

for (const file of files) {
  describe(`case 105: the description of the protocol against ${file === sdkFile ? 'the file of @camunda8/sdk' : file}`, () => {
    const official = officialService(file);
    const own: Readonly<Record<string, GatewayMethod>> = gatewayService;

    test('it has every method, with the same path and kind', () => {
      const names = Object.keys(official);
      assert.ok(names.length >= 21);
      for (const name of names) {
        assert.equal(own[name]?.path, official[name]!.path, name);
        assert.equal(own[name]?.responseStream, official[name]!.responseStream, name);
        assert.equal(own[name]?.requestStream, official[name]!.requestStream, name);
      }
    });

    for (const name of Object.keys(official)) {
      const responseType = name in streamMethods ? streamMethods[name as 'ActivateJobs'] : `${name}Response`;
      for (const [side, type] of [
        ['request', `${name}Request`],
        ['response', responseType],
      ] as const) {
        test(`case 105: the ${side} of ${name} is read alike, whichever side has written it`, () => {
          const serialize = `${side}Serialize` as const;
          const deserialize = `${side}Deserialize` as const;
          const mine = own[name] as Method;
          const theirs = official[name] as Method;
          fc.assert(
            fc.property(messageOf(type), (message) => {
              const written = mine[serialize](message);
              const read = plainOf(mine[deserialize](written));
              const readByThem = plainOf(theirs[deserialize](written));
              assert.deepEqual(common(read, readByThem), readByThem);
              assert.deepEqual(
                common(plainOf(mine[deserialize](theirs[serialize](message))), readByThem),
                plainOf(theirs[deserialize](theirs[serialize](message))),
              );
            }),
            { numRuns: 40, seed: 1 },
          );
        });
      }
    }
  });
}

test('every type that a field names is described, and no number is used twice in a message', () => {
  const scalarNames = Object.keys(scalars);
  assert.ok(Object.keys(messages).length > 70);
  for (const [name, fields] of Object.entries(messages)) {
    const numbers = Object.values(fields).map(([number]) => number);
    assert.equal(new Set(numbers).size, numbers.length, name);
    for (const [, type] of Object.values(fields)) {
      assert.ok(scalarNames.includes(type) || type in messages || type in enums, `${name}: ${type}`);
    }
  }
  for (const name of unaryMethods) assert.ok(`${name}Request` in messages && `${name}Response` in messages, name);
});

/** Fields that came after 8.7: cluster-access.md, section 2.1. */
const newFields: readonly (readonly [string, string, ...Field])[] = [
  ['ActivatedJob', 'userTask', 15, 'UserTaskProperties', 'optional'],
  ['ActivatedJob', 'kind', 16, 'ActivatedJob.JobKind'],
  ['ActivatedJob', 'listenerEventType', 17, 'ActivatedJob.ListenerEventType'],
  ['ActivatedJob', 'tags', 18, 'string', 'repeated'],
  ['ActivatedJob', 'jobLeaseToken', 21, 'string', 'optional'],
  ['CompleteJobRequest', 'result', 3, 'JobResult', 'optional'],
  ['CompleteJobRequest', 'jobLeaseToken', 4, 'string', 'optional'],
  ['FailJobRequest', 'jobLeaseToken', 6, 'string', 'optional'],
  ['ThrowErrorRequest', 'jobLeaseToken', 5, 'string', 'optional'],
  ['UpdateJobRetriesRequest', 'jobLeaseToken', 4, 'string', 'optional'],
  ['UpdateJobTimeoutRequest', 'jobLeaseToken', 4, 'string', 'optional'],
  ['UpdateJobPriorityRequest', 'priority', 2, 'int32', 'optional'],
  ['ActivateJobsRequest', 'tenantFilter', 8, 'TenantFilter'],
  ['ActivateJobsRequest', 'withLease', 9, 'bool'],
  ['StreamActivatedJobsRequest', 'tenantFilter', 7, 'TenantFilter'],
  ['StreamActivatedJobsRequest', 'withLease', 8, 'bool'],
  ['CreateProcessInstanceRequest', 'tags', 9, 'string', 'repeated'],
  ['CreateProcessInstanceRequest', 'businessId', 10, 'string', 'optional'],
  ['CreateProcessInstanceResponse', 'tags', 6, 'string', 'repeated'],
  ['CreateProcessInstanceResponse', 'businessId', 7, 'string', 'optional'],
  ['TopologyResponse', 'clusterId', 6, 'string'],
  ['ModifyProcessInstanceRequest', 'moveInstructions', 5, 'ModifyProcessInstanceRequest.MoveInstruction', 'repeated'],
  ['DeleteResourceResponse', 'resourceKey', 1, 'string'],
];

for (const [message, name, ...field] of newFields) {
  test(`${message}.${name} has the number ${field[0]}`, () => {
    assert.deepEqual(messages[message]?.[name], field);
  });
}

test('case 89: a job kind that the description does not know is read as its number', () => {
  const stream = gatewayService.StreamActivatedJobs as Method;
  // Field 16, varint 9.
  const job = stream.responseDeserialize(Buffer.from([0x80, 0x01, 9])) as { readonly kind: unknown };
  assert.equal(job.kind, 9);
});
