import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readCallerTrace } from '../../../src/runtime/observe/trace-context.ts';
import { codePoint } from '../../support/code-points.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const good = `00-${traceId}-${spanId}-01`;
const caller = { traceId, spanId, traceFlags: 1 };

type Headers = readonly (readonly [string, string])[];

const rows: readonly (readonly [title: string, headers: Headers, expected: object | undefined])[] = [
  ['129: a good one', [['traceparent', good]], caller],
  ['129: the header in upper case, with blanks', [['TraceParent', ` ${good}`]], caller],
  ['129: not sampled', [['traceparent', `00-${traceId}-${spanId}-00`]], { ...caller, traceFlags: 0 }],
  ['129: other flags', [['traceparent', `00-${traceId}-${spanId}-ff`]], caller],
  ['129: hexadecimal digits in upper case', [['traceparent', good.toUpperCase()]], undefined],
  [
    '129: two headers',
    [
      ['traceparent', good],
      ['traceparent', good],
    ],
    undefined,
  ],
  ['129: two headers, joined', [['traceparent', `${good}, ${good}`]], undefined],
  ['129: a later version with more', [['traceparent', `01-${traceId}-${spanId}-01-what`]], caller],
  ['129: a later version without more', [['traceparent', `01-${traceId}-${spanId}-01`]], caller],
  ['129: a later version with rubbish', [['traceparent', `01-${traceId}-${spanId}-01what`]], undefined],
  ['129: this version with more', [['traceparent', `${good}-what`]], undefined],
  ['129: the forbidden version', [['traceparent', `ff-${traceId}-${spanId}-01`]], undefined],
  ['129: a trace id of zeros', [['traceparent', `00-${'0'.repeat(32)}-${spanId}-01`]], undefined],
  ['129: a span id of zeros', [['traceparent', `00-${traceId}-${'0'.repeat(16)}-01`]], undefined],
  ['129: nothing', [], undefined],
  [
    '131: baggage of 10 kB',
    [
      ['traceparent', good],
      ['baggage', `a=${'b'.repeat(10_000)}`],
    ],
    caller,
  ],
  [
    '132: a state',
    [
      ['traceparent', good],
      ['tracestate', 'a=1,b=2'],
    ],
    { ...caller, traceState: 'a=1,b=2' },
  ],
  [
    '132: two states',
    [
      ['traceparent', good],
      ['tracestate', 'a=1'],
      ['tracestate', 'b=2'],
    ],
    { ...caller, traceState: 'a=1,b=2' },
  ],
  [
    '132: a state of 600 characters',
    [
      ['traceparent', good],
      ['tracestate', 'a'.repeat(600)],
    ],
    caller,
  ],
  ['132: a state alone', [['tracestate', 'a=1']], undefined],
];

describe('the trace of a caller', () => {
  for (const [title, headers, expected] of rows) {
    test(title, () => {
      assert.deepEqual(readCallerTrace(headers), expected);
    });
  }

  test('any header is read or ignored', () => {
    const value = fc.oneof(
      fc.string({ unit: codePoint }),
      fc.constant(good),
      fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.*$/),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('traceparent', 'tracestate', 'x'), value)), (headers) => {
        const read = readCallerTrace(headers);
        if (read === undefined) return;
        assert.match(read.traceId, /^[0-9a-f]{32}$/);
        assert.match(read.spanId, /^[0-9a-f]{16}$/);
        assert.ok((read.traceState ?? '').length <= 512, 'the state is short');
      }),
    );
  });
});
