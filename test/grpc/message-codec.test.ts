/** The codec of the protocol's messages, with protobuf.js as the yardstick. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { gatewayService } from '../../src/grpc/gateway-service.ts';
import { createProtocolCodec } from '../../src/grpc/protobuf/message-codec.ts';
import { enums, type MethodName, messages, streamMethods } from '../../src/grpc/protocol/description.ts';
import { protobufjsService } from './support/protobufjs.ts';
import { messageOf } from './support/protocol-messages.ts';

const { encode, decode } = createProtocolCodec(messages, enums);
const names = Object.keys(gatewayService) as MethodName[];

/** Plain objects and arrays, as both codecs have different prototypes. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

for (const name of names) {
  const responseType = name in streamMethods ? streamMethods[name as 'ActivateJobs'] : `${name}Response`;
  for (const [side, type] of [
    ['request', `${name}Request`],
    ['response', responseType],
  ] as const) {
    const serialize = `${side}Serialize` as const;
    const deserialize = `${side}Deserialize` as const;
    test(`${type} is written and read as protobuf.js does`, () => {
      fc.assert(
        fc.property(messageOf(type), (message) => {
          const ours = gatewayService[name];
          const theirs = protobufjsService[name];
          const bytes = ours[serialize](message);
          assert.deepEqual(bytes, Buffer.from(theirs[serialize](message)), 'The bytes are the same.');
          assert.deepEqual(plain(ours[deserialize](bytes)), plain(theirs[deserialize](bytes)));
        }),
        { numRuns: 60 },
      );
    });
  }
}

describe('a message that is cut or spoilt', () => {
  test('throws a RangeError, or is read as something else, and never hangs', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom('CreateProcessInstanceRequest', 'CompleteJobRequest', 'EvaluateDecisionResponse')
          .chain((type) => messageOf(type).map((message) => ({ type, bytes: encode(type, message) }))),
        fc.nat(),
        fc.nat(255),
        ({ type, bytes }, place, byte) => {
          const spoilt = Buffer.from(bytes);
          if (spoilt.length > 0) spoilt[place % spoilt.length] = byte;
          for (const some of [bytes.subarray(0, place % (bytes.length + 1)), spoilt]) {
            try {
              decode(type, some);
            } catch (error) {
              assert.ok(error instanceof RangeError, String(error));
            }
          }
        },
      ),
    );
  });
});

describe('a 64-bit integer', () => {
  const keyOf = (jobKey: unknown): unknown =>
    (decode('CompleteJobRequest', encode('CompleteJobRequest', { jobKey })) as { readonly jobKey: string }).jobKey;

  for (const [given, read] of [
    ['2251799813685249', '2251799813685249'],
    ['9007199254740993', '9007199254740993'],
    ['9223372036854775807', '9223372036854775807'],
    ['-9223372036854775808', '-9223372036854775808'],
    [-1, '-1'],
    [2 ** 32, '4294967296'],
    [0, '0'],
    [166.07, '166'],
    [-1.5, '-1'],
    [Number.NaN, '0'],
    [Number.POSITIVE_INFINITY, '9223372036854775807'],
    [Number.NEGATIVE_INFINITY, '-9223372036854775808'],
  ] as const) {
    test(`${given} keeps every digit`, () => assert.equal(keyOf(given), read));
  }

  for (const given of ['key', '1.5', {}, '', ' ', ' 1', true, '0x10', '1e3']) {
    test(`${JSON.stringify(given)} is refused`, () => assert.throws(() => keyOf(given), SyntaxError));
  }
});

test('an enum takes its names and numbers, and no other name', () => {
  const filterOf = (tenantFilter: unknown): unknown =>
    (decode('ActivateJobsRequest', encode('ActivateJobsRequest', { tenantFilter })) as { tenantFilter: unknown })
      .tenantFilter;
  assert.equal(filterOf('ASSIGNED'), 'ASSIGNED');
  assert.equal(filterOf(1), 'ASSIGNED');
  assert.equal(filterOf(7), 7);
  assert.throws(() => filterOf('ANY'), /TenantFilter has no value ANY/);
});

describe('fields that are against the rules are read as Protocol Buffers asks for', () => {
  const unknownGroup = Buffer.from([0x83, 0x7d, 0x0b, 0x08, 1, 0x0c, 0x84, 0x7d]);
  const process = Buffer.from([0x0a, 0]);
  const form = Buffer.from([0x22, 0]);

  const deployment = (...parts: readonly Buffer[]): readonly string[] => {
    const inner = Buffer.concat(parts);
    const bytes = Buffer.concat([Buffer.from([0x12, inner.length]), inner]);
    const { deployments } = decode('DeployResourceResponse', bytes) as { readonly deployments: readonly object[] };
    return Object.keys(deployments[0]!);
  };

  test('an unknown group is passed over, with the groups in it', () => {
    assert.deepEqual(deployment(unknownGroup, form), ['form']);
  });

  test('the last field of a oneof counts', () => {
    assert.deepEqual(deployment(process, form), ['form']);
    assert.deepEqual(deployment(form, process), ['process']);
    assert.deepEqual(deployment(form, form), ['form']);
  });

  test('the last of several equal fields counts', () => {
    const read = decode('CompleteJobRequest', Buffer.from([0x08, 1, 0x12, 1, 0x61, 0x08, 2, 0x12, 1, 0x62]));
    assert.deepEqual(plain(read), { jobKey: '2', variables: 'b' });
  });

  test('a field of another wire type is unknown', () => {
    const read = decode('CompleteJobRequest', Buffer.from([0x0a, 1, 0x61, 0x10, 7]));
    assert.deepEqual(plain(read), { jobKey: '0', variables: '' });
  });

  test('an enum of a negative number stays a number', () => {
    const bytes = Buffer.from([0x40, ...Array<number>(9).fill(0xff), 1]);
    assert.equal((decode('ActivateJobsRequest', bytes) as { tenantFilter: unknown }).tenantFilter, -1);
  });

  test('text that is not UTF-8, or has half a character, keeps its other characters', () => {
    const bytes = Buffer.from([0x12, 4, 0x61, 0xed, 0xa0, 0x62]);
    assert.equal((decode('CompleteJobRequest', bytes) as { variables: string }).variables, 'a\ufffd\ufffdb');
    for (const start of ['a', 'a'.repeat(50)]) {
      const text = `${start}\udc00b`;
      const read = decode('CompleteJobRequest', encode('CompleteJobRequest', { variables: text }));
      assert.equal((read as { variables: string }).variables, `${start}\ufffdb`);
    }
  });

  test('lists of more than a million entries are refused, since each takes far more memory than its bytes', () => {
    const entry = Buffer.from([0x2a, 0]);
    assert.throws(
      () => decode('ActivateJobsRequest', Buffer.alloc(2 * 1_000_001, entry)),
      new RangeError('The message has lists of more than 1000000 entries.'),
    );
  });
});

test('a message that the protocol does not have is refused by its name', () => {
  assert.throws(() => encode('Nothing', {}), /no message Nothing/);
});

test('a message beyond the shared buffer is written whole, and so is the next one', () => {
  const variables = 'x'.repeat(3_000_000);
  const read = decode('CompleteJobRequest', encode('CompleteJobRequest', { jobKey: '1', variables }));
  assert.deepEqual(plain(read), { jobKey: '1', variables });
  assert.deepEqual(plain(decode('CompleteJobRequest', encode('CompleteJobRequest', { jobKey: '2' }))), {
    jobKey: '2',
    variables: '',
  });
});
