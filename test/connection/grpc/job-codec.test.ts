import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { completionFrame, decodeJob, decodeJobs } from '../../../src/connection/grpc/job-codec.ts';
import { frameOf } from '../../../src/grpc/frames.ts';
import { protobufjsService as general } from '../../grpc/support/protobufjs.ts';
import { codePoint } from '../../support/code-points.ts';

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  // Keys of the first partitions, on both sides of what a number of JavaScript holds exactly.
  fc.bigInt({ min: 2n ** 51n, max: 2n ** 54n }),
  fc.constantFrom(0n, 1n, 127n, 128n, 2n ** 28n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, -1n),
);
const key = int64.map(String);
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const text = fc.oneof(fc.string({ unit: codePoint }), fc.string({ minLength: 100, maxLength: 300 }));

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

const userTask = fc.record(
  {
    action: text,
    assignee: text,
    candidateGroups: fc.array(text, { maxLength: 3 }),
    candidateUsers: fc.array(text, { maxLength: 3 }),
    changedAttributes: fc.array(text, { maxLength: 3 }),
    dueDate: text,
    followUpDate: text,
    formKey: key,
    priority: int32,
    userTaskKey: key,
  },
  { noNullPrototype: true, requiredKeys: ['candidateGroups', 'candidateUsers', 'changedAttributes'] },
);

/** Fields that only newer gateways send. */
const newFields = fc.record(
  {
    kind: fc.constantFrom('BPMN_ELEMENT', 'EXECUTION_LISTENER', 'TASK_LISTENER', 'AD_HOC_SUB_PROCESS'),
    listenerEventType: fc.constantFrom('ASSIGNING', 'CANCELING', 'COMPLETING', 'CREATING', 'END', 'START', 'UPDATING'),
    userTask,
    tags: fc.array(text, { maxLength: 3 }),
  },
  { noNullPrototype: true, requiredKeys: [] },
);

type NewFields = typeof newFields extends fc.Arbitrary<infer T> ? T : never;

/** The same fields as the connection returns them: an event counts for listeners only. */
const asReturned = ({
  kind = 'BPMN_ELEMENT',
  listenerEventType = 'ASSIGNING',
  userTask: task,
  tags = [],
}: NewFields) => ({
  kind,
  listenerEvent: kind === 'EXECUTION_LISTENER' || kind === 'TASK_LISTENER' ? listenerEventType : undefined,
  userTask: task,
  tags,
});

/** What the connection returns for a gateway that sends none of them. */
const withoutNewFields = asReturned({});

/** Fields that the protocol does not have yet: a number, 8 bytes, a text and 4 bytes, under numbers from 30. */
const unknownFields = Buffer.from([
  ...[0xf0, 0x01, 0xff, 0x01],
  ...[0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[0x82, 0x02, 2, 0x61, 0x62],
  ...[0x8d, 0x02, 1, 2, 3, 4],
  // A group with a number, a text and another group.
  ...[0x93, 0x02, 0x08, 1, 0x12, 1, 0x61, 0x1b, 0x1c, 0x94, 0x02],
]);

describe('a job', () => {
  test('is read as protobuf.js reads it', () => {
    fc.assert(
      fc.property(job, (given) => {
        const bytes = general.StreamActivatedJobs.responseSerialize(given);
        assert.deepEqual(decodeJob(bytes), { ...given, ...withoutNewFields });
      }),
    );
  });

  test('is read with the fields of a later protocol passed over', () => {
    fc.assert(
      fc.property(job, (given) => {
        const bytes = Buffer.concat([
          unknownFields,
          general.StreamActivatedJobs.responseSerialize(given),
          unknownFields,
        ]);
        assert.deepEqual(decodeJob(bytes), { ...given, ...withoutNewFields });
      }),
    );
  });

  test('case 87: is read with its kind, the event of its listener, the user task and the tags', () => {
    fc.assert(
      fc.property(job, newFields, (given, added) => {
        const bytes = general.StreamActivatedJobs.responseSerialize({ ...given, ...added });
        assert.deepEqual(decodeJob(bytes), { ...given, ...asReturned(added) });
      }),
    );
  });

  test('case 88: of an old gateway is a job of an element, without an event, a user task or tags', () => {
    assert.deepEqual(withoutNewFields, {
      kind: 'BPMN_ELEMENT',
      listenerEvent: undefined,
      userTask: undefined,
      tags: [],
    });
  });

  test('case 89: with a kind or an event that this version does not know is of the kind UNKNOWN', () => {
    assert.equal(decodeJob(Buffer.from([0x80, 0x01, 9])).kind, 'UNKNOWN');
    assert.equal(decodeJob(Buffer.from([0x80, 0x01, 2, 0x88, 0x01, 99])).listenerEvent, 'UNKNOWN');
    assert.equal(decodeJob(Buffer.from([0x80, 0x01, 2, 0x88, 0x01, 6])).listenerEvent, 'UNKNOWN');
  });

  test('that is cut or spoilt throws, or is read as something else, and never hangs', () => {
    fc.assert(
      fc.property(job, newFields, fc.nat(), fc.nat(255), (given, added, place, byte) => {
        const bytes = general.StreamActivatedJobs.responseSerialize({ ...given, ...added });
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
    ['a skipped field that ends too early', [0xf9, 0x01, 1, 2]],
    ['a user task that is longer than it says', [0x7a, 1, 0x0a, 1, 0x61]],
    ['a group without end', [0x93, 0x02, 0x08, 1]],
    ['the end of a group that has not begun', [0x94, 0x02]],
    ['a group that another one ends', [0x93, 0x02, 0x1c]],
    ['ten thousand groups in each other without end', Array<number>(10_000).fill(0x1b)],
  ] as const) {
    test(`refused: ${what}`, () => {
      assert.throws(() => decodeJob(Buffer.from(bytes)), RangeError);
    });
  }
});

describe('a job with very many tags', () => {
  const tags = (count: number): Buffer => Buffer.alloc(3 * count, Buffer.from([0x92, 0x01, 0]));

  test('is read in one pass', () => assert.equal(decodeJob(tags(500_000)).tags.length, 500_000));

  test('is refused beyond a million entries, since each takes far more memory than its bytes', () => {
    assert.throws(() => decodeJob(tags(1_000_001)), /lists of more than 1000000 entries/);
  });

  test('counts with the others of its list', () => {
    const length = Buffer.from([0x0a, 0xe0, 0xc6, 0x5b]);
    assert.equal(tags(500_000).length, 0x16e360);
    assert.throws(() => decodeJobs(Buffer.concat([length, tags(500_000), length, tags(500_000)])), RangeError);
  });
});

test('a list of jobs is read as protobuf.js reads it', () => {
  fc.assert(
    fc.property(fc.array(job, { maxLength: 4 }), (jobs) => {
      const bytes = general.ActivateJobs.responseSerialize({ jobs });
      assert.deepEqual(decodeJobs(Buffer.concat([bytes, unknownFields])), {
        jobs: jobs.map((one) => ({ ...one, ...withoutNewFields })),
      });
    }),
  );
});

test('a job that claims more than its part of the list is refused', () => {
  assert.throws(() => decodeJobs(Buffer.from([0x0a, 3, 0x12, 2, 0x61, 0x61])), RangeError);
});

describe('the frame of a completion', () => {
  test('is that of the general codec', () => {
    const variables = fc.oneof(text, fc.string({ minLength: 16_000, maxLength: 17_000 }));
    fc.assert(
      fc.property(key, variables, (jobKey, written) => {
        const request = { jobKey, variables: written };
        assert.deepEqual(completionFrame(request), frameOf(general.CompleteJob!.requestSerialize(request) as Buffer));
      }),
    );
  });

  test('is left to the general codec for a result and for a lease', () => {
    const request = { jobKey: '1', variables: '{}' };
    assert.equal(completionFrame({ ...request, jobLeaseToken: 'lease' }), undefined);
    assert.equal(completionFrame({ ...request, result: { type: 'userTask', denied: true } }), undefined);
  });

  test('needs a key that is an integer', () => {
    assert.throws(() => completionFrame({ jobKey: 'x', variables: '{}' }), SyntaxError);
  });
});
