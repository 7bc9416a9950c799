import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeJob, decodeJobs, withQuickCodec } from '../../../src/connection/grpc/codec.ts';
import { gatewayService } from '../../../src/connection/grpc/gateway-service.ts';

type Codec = {
  readonly requestSerialize: (value: object) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => object;
  readonly responseSerialize: (value: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => object;
};

const general = gatewayService() as unknown as Record<string, Codec>;
const quick = withQuickCodec(gatewayService()) as unknown as Record<string, Codec>;

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  // Keys of the first partitions, on both sides of what a number of JavaScript holds exactly.
  fc.bigInt({ min: 2n ** 51n, max: 2n ** 54n }),
  fc.constantFrom(0n, 1n, 127n, 128n, 2n ** 28n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, -1n),
);
const key = int64.map(String);
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 100, maxLength: 300 }));

const job = fc.record(
  {
    key,
    type: text,
    processInstanceKey: key,
    bpmnProcessId: text,
    processDefinitionVersion: int32,
    processDefinitionKey: key,
    elementId: text,
    elementInstanceKey: key,
    customHeaders: text,
    worker: text,
    retries: int32,
    deadline: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    variables: text,
    tenantId: text,
  },
  { noNullPrototype: true },
);

/** Fields that the protocol does not have yet: a number, 8 bytes, a text and 4 bytes, under numbers above 14. */
const unknownFields = Buffer.from([
  ...[0x78, 0xff, 0x01],
  ...[0x81, 0x01, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[0x8a, 0x01, 2, 0x61, 0x62],
  ...[0x95, 0x01, 1, 2, 3, 4],
]);

describe('a job', () => {
  test('is read as the general codec reads it', () => {
    fc.assert(
      fc.property(job, (given) => {
        const bytes = general.StreamActivatedJobs!.responseSerialize(given);
        assert.deepEqual(decodeJob(bytes), given);
      }),
    );
  });

  test('is read with the fields of a later protocol passed over', () => {
    fc.assert(
      fc.property(job, (given) => {
        const bytes = Buffer.concat([
          unknownFields,
          general.StreamActivatedJobs!.responseSerialize(given),
          unknownFields,
        ]);
        assert.deepEqual(decodeJob(bytes), given);
      }),
    );
  });

  test('that is cut or spoilt throws, or is read as something else, and never hangs', () => {
    fc.assert(
      fc.property(job, fc.nat(), fc.nat(255), (given, place, byte) => {
        const bytes = general.StreamActivatedJobs!.responseSerialize(given);
        const spoilt = Buffer.from(bytes);
        if (spoilt.length > 0) spoilt[place % spoilt.length] = byte;
        for (const some of [bytes.subarray(0, place % (bytes.length + 1)), spoilt]) {
          try {
            decodeJob(some);
          } catch (error) {
            assert.ok(error instanceof RangeError, String(error));
          }
        }
      }),
    );
  });

  for (const [what, bytes] of [
    ['a text longer than the message', [0x12, 5, 0x61]],
    ['a number without end', [0x08, 0xff]],
    ['a number of more than 64 bits', [0x08, ...Array<number>(10).fill(0xff), 1]],
    ['a wire type that there is not', [0x7f]],
    ['a skipped field that ends too early', [0x81, 0x01, 1, 2]],
  ] as const) {
    test(`refused: ${what}`, () => {
      assert.throws(() => decodeJob(Buffer.from(bytes)), RangeError);
    });
  }
});

test('a list of jobs is read as the general codec reads it', () => {
  fc.assert(
    fc.property(fc.array(job, { maxLength: 4 }), (jobs) => {
      const bytes = general.ActivateJobs!.responseSerialize({ jobs });
      assert.deepEqual(decodeJobs(Buffer.concat([bytes, unknownFields])), { jobs });
    }),
  );
});

test('a job that claims more than its part of the list is refused', () => {
  assert.throws(() => decodeJobs(Buffer.from([0x0a, 3, 0x12, 2, 0x61, 0x61])), RangeError);
});

test('a completion is written as the general codec reads it', () => {
  fc.assert(
    fc.property(key, text, (jobKey, variables) => {
      const bytes = quick.CompleteJob!.requestSerialize({ jobKey, variables });
      assert.deepEqual({ ...general.CompleteJob!.requestDeserialize(bytes) }, { jobKey, variables });
    }),
  );
});
