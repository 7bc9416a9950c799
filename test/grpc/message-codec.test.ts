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
