/** The functions of result and error expressions: section 1.7 of the runtime's reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileExpression } from '../../../src/feel/index.ts';
import { expressionFunctions } from '../../../src/runtime/execute/expressions/functions.ts';

const evaluate = (expression: string, random: () => number = () => 0.5): unknown =>
  compileExpression(expression).evaluate((name) => (name === 'nothing' ? null : undefined), {
    functions: expressionFunctions({ random }),
  });

const results: readonly [expression: string, result: unknown][] = [
  ['bpmnError("C")', { errorType: 'bpmnError', errorCode: 'C' }],
  ['bpmnError("C", "m")', { errorType: 'bpmnError', errorCode: 'C', errorMessage: 'm' }],
  ['bpmnError("C", "m", {a: 1})', { errorType: 'bpmnError', errorCode: 'C', errorMessage: 'm', variables: { a: 1 } }],
  ['bpmnError(errorCode: "A", errorMessage: "B")', { errorType: 'bpmnError', errorCode: 'A', errorMessage: 'B' }],
  ['bpmnError(errorMessage: "B", errorCode: "A")', { errorType: 'bpmnError', errorCode: 'A', errorMessage: 'B' }],
  ['bpmnError()', null],
  ['bpmnError("C", "m", {}, 1)', null],
  ['jobError("m")', { errorType: 'jobError', errorMessage: 'm', variables: {}, retries: 0, retryBackoff: 'PT0S' }],
  [
    'jobError("m", {a: 1})',
    { errorType: 'jobError', errorMessage: 'm', variables: { a: 1 }, retries: 0, retryBackoff: 'PT0S' },
  ],
  [
    'jobError("m", {}, 2)',
    { errorType: 'jobError', errorMessage: 'm', variables: {}, retries: 2, retryBackoff: 'PT0S' },
  ],
  [
    'jobError("m", {}, 2, @"PT20S")',
    { errorType: 'jobError', errorMessage: 'm', variables: {}, retries: 2, retryBackoff: 'PT20S' },
  ],
  [
    'jobError("m", {}, 2, duration("PT1M30S"))',
    { errorType: 'jobError', errorMessage: 'm', variables: {}, retries: 2, retryBackoff: 'PT1M30S' },
  ],
  [
    'jobError(errorMessage: "m", variables: {a: 1})',
    { errorType: 'jobError', errorMessage: 'm', variables: { a: 1 }, retries: 0, retryBackoff: 'PT0S' },
  ],
  ['jobError()', null],
  ['ignoreError()', { errorType: 'ignoreError' }],
  ['ignoreError({a: 1})', { errorType: 'ignoreError', variables: { a: 1 } }],
  ['ignoreError(variables: {a: 1})', { errorType: 'ignoreError', variables: { a: 1 } }],
  ['[backoff(1)][1]', 'PT0.05S'],
  ['[backoff(2)][1]', 'PT0.08S'],
  ['[backoff(100)][1]', 'PT5S'],
  ['[backoff(attempt: 3, minDelay: @"PT1S")][1]', 'PT2.56S'],
  ['[backoff(4, @"PT1S", 2, @"PT5S", 0)][1]', 'PT5S'],
];

for (const [expression, result] of results) {
  test(`${expression} is ${JSON.stringify(result)}`, () => assert.deepEqual(evaluate(expression), result));
}

const failures: readonly [expression: string, reason: RegExp][] = [
  ['bpmnError(404)', /Parameter 'errorCode' of function 'bpmnError' must be a String/],
  ['bpmnError(nothing)', /Parameter 'errorCode' of function 'bpmnError' must be a String/],
  ['bpmnError("C", 1)', /Parameter 'errorMessage' of function 'bpmnError' must be a String/],
  ['bpmnError("C", "m", "not a context")', /Parameter 'variables' of function 'bpmnError' must be a Context/],
  ['bpmnError("C", "m", [1])', /must be a Context/],
  ['bpmnError("C", "m", @"PT1S")', /must be a Context/],
  ['bpmnError("C", "m", null)', /must be a Context/],
  ['bpmnError(errorMessage: "m")', /Parameter 'errorCode'/],
  ['jobError(1)', /Parameter 'errorMessage' of function 'jobError'/],
  ['jobError("m", {}, "2")', /Parameter 'retries' of function 'jobError' must be a Number/],
  ['jobError("m", {}, 2, "PT2S")', /must be a day-time duration/],
  ['jobError("m", {}, 2, @"P1Y")', /must be a day-time duration/],
  ['jobError(errorMessage: "x", retries: 2)', /Parameter 'variables' of function 'jobError' must be a Context/],
  ['ignoreError(1)', /Parameter 'variables' of function 'ignoreError' must be a Context/],
  ['backoff("1")', /Parameter 'attempt' of function 'backoff' must be a Number/],
  ['backoff(0)', /attempt must be at least 1/],
  ['backoff(1, @"PT1S", 0)', /factor must be greater than 0/],
  ['backoff(1, @"PT10S")', /minDelay must not be longer than maxDelay/],
  ['backoff(1, @"PT1S", 2, @"PT2S", -1)', /jitterFactor must not be negative/],
  ['createDocument("aGk=")', /there are no documents here/],
  ['{a: createDocument({content: "aGk="})}', /there are no documents here/],
];

for (const [expression, reason] of failures) {
  test(`${expression} fails`, () => {
    assert.throws(() => evaluate(expression), reason);
  });
}

test('case 1.37: backoff(100) stays within a tenth of its cap', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const text = evaluate('[backoff(100)][1]', () => random);
      const seconds = Number(/^PT([\d.]+)S$/.exec(String(text))?.[1]);
      assert.ok(seconds >= 4.5 && seconds <= 5.5, String(text));
    }),
  );
});
