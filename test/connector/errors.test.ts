/** Errors that a connector makes: a mistake in making one never hides it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bpmnError, inputError, isBpmnError, isInputError, isJobError, jobError } from '../../src/connector/errors.ts';

const attempts: readonly [given: number, retries: number][] = [
  [3, 3],
  [0, 0],
  [-1, 0],
  [-0.5, 0],
  [1.9, 1],
  [Number.NEGATIVE_INFINITY, 0],
];

for (const [given, retries] of attempts) {
  test(`jobError with retries ${given} leaves ${retries} attempts`, () => {
    const error = jobError('busy', { retries: given });
    assert.equal(error.retries, retries);
    assert.equal(error.message, 'busy');
  });
}

test('a negative back-off is none', () => {
  assert.equal(jobError('busy', { backoff: -3 }).backoff, 0);
});

const mistakes: readonly [what: string, options: object, message: string][] = [
  [
    'retries',
    { retries: Number.NaN },
    'jobError(…, { retries }) is ignored: it must be a number of attempts, but is NaN.',
  ],
  [
    'backoff',
    { backoff: 'PT5S' },
    'jobError(…, { backoff }) is ignored: it must be a number of seconds, but is string.',
  ],
  [
    'code',
    { code: '' },
    'jobError(…, { code }) is ignored: it must be a number or text that is not empty, but is string.',
  ],
];

for (const [name, options, message] of mistakes) {
  test(`an invalid option ${name} is ignored, and the message says so after the error`, () => {
    const error = jobError('the service is busy', options as never);
    assert.equal(error.message, `the service is busy\n${message}`);
    assert.equal(Object.hasOwn(error, name), false);
  });
}

test('a message that is not text becomes text', () => {
  assert.equal(jobError(new Error('inner') as never).message, 'inner');
  assert.equal(jobError(404 as never).message, '404');
  assert.equal(bpmnError('B', Object.create(null) as never).message, '');
});

test('whatever its arguments, an error is made', () => {
  const options = fc.record(
    { retries: fc.anything(), backoff: fc.anything(), code: fc.anything(), variables: fc.anything() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.string(), fc.oneof(options, fc.anything()), (message, given) => {
      const job = jobError(message, given as never);
      assert.ok(isJobError(job) && job.message.startsWith(message));
      const bpmn = bpmnError(given as never, message, given as never);
      assert.ok(isBpmnError(bpmn) && bpmn.message.startsWith(message));
    }),
  );
});

test('an input error has a message and a cause, whatever its arguments', () => {
  const cause = new Error('404');
  const error = inputError('There is no such account', { cause });
  assert.deepEqual(
    [error.name, error.kind, error.message, error.cause],
    ['InputError', 'input', 'There is no such account', cause],
  );
  assert.deepEqual([isInputError(error), isJobError(error), isBpmnError(error)], [true, false, false]);
  assert.equal('cause' in inputError('m'), false);
  for (const odd of [
    undefined,
    null,
    5,
    {
      toString: () => {
        throw new Error('no');
      },
    },
  ]) {
    assert.equal(typeof inputError(odd as never, odd as never).message, 'string');
  }
  assert.equal(isInputError(new Error('x')), false);
});
