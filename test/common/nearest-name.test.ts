import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { didYouMean, misspelt, nearest } from '../../src/common/nearest-name.ts';

const connection = ['type', 'hostname', 'port', 'rootCa', 'privateKey', 'certificateChain'];
const runtime = ['outbound', 'inbound', 'connection', 'logger', 'maxJobs', 'maxSubscriptions', 'workerName', 'lease'];

describe('nearest', () => {
  const cases: readonly (readonly [word: string, candidates: readonly string[], guess: string | undefined])[] = [
    ['host', connection, 'hostname'],
    ['hostName', connection, 'hostname'],
    ['hostnam', connection, 'hostname'],
    ['HOST_NAME', connection, 'hostname'],
    ['prot', ['type', 'hostname'], undefined],
    ['prot', connection, 'port'],
    ['ohstname', connection, 'hostname'],
    ['prt', connection, 'port'],
    ['rootCA', connection, 'rootCa'],
    ['root', connection, 'rootCa'],
    ['key', connection, 'privateKey'],
    ['certificate', connection, 'certificateChain'],
    ['outbounds', runtime, 'outbound'],
    ['outBound', runtime, 'outbound'],
    ['bound', runtime, 'inbound'],
    ['max_jobs', runtime, 'maxJobs'],
    ['maxJob', runtime, 'maxJobs'],
    ['log', runtime, 'logger'],
    ['conection', runtime, 'connection'],
    ['SECUR', ['INSECURE', 'SECURE'], 'SECURE'],
    ['cloud', ['CAMUNDA_CLOUD', 'INSECURE'], 'CAMUNDA_CLOUD'],
    ['tenants', ['tenantId', 'tenantIds', 'tenantFilter'], 'tenantIds'],
    ['tenant', ['tenantIds', 'tenantId'], 'tenantId'],
    ['tenantid', ['tenantIds', 'tenantId'], 'tenantId'],
    ['colour', runtime, undefined],
    ['x', runtime, undefined],
    ['', runtime, undefined],
    ['a'.repeat(100), ['a'.repeat(100)], undefined],
  ];
  for (const [word, candidates, guess] of cases) {
    test(`${JSON.stringify(word.slice(0, 20))} is taken for ${guess ?? 'nothing'}`, () =>
      assert.equal(nearest(word, candidates), guess));
  }

  test('a candidate is taken for itself', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1 }), (words) =>
        words.every((word) => nearest(word, words) === word),
      ),
    );
  });
});

describe('misspelt', () => {
  const headers = ['resultVariable', 'resultExpression', 'errorExpression', 'retryBackoff', 'jobTimeout', 'operation'];
  for (const [word, guess] of [
    ['resultExprssion', 'resultExpression'],
    ['resultexpression', 'resultExpression'],
    ['result-variable', 'resultVariable'],
    ['retryBackof', 'retryBackoff'],
    ['jobTimeOut', 'jobTimeout'],
    ['operations', 'operation'],
    ['resultExpression', undefined],
    ['result', undefined],
    ['timeout', undefined],
    ['errors', undefined],
    ['x'.repeat(10_000), undefined],
  ] as const) {
    test(`${word.slice(0, 20)}: ${guess}`, () => assert.equal(misspelt(word, headers), guess));
  }
});

describe('didYouMean', () => {
  const text = 'There is no command chek.';
  const cases: readonly (readonly [guess: string | undefined, otherwise: string | undefined, expected: string])[] = [
    ['check', undefined, `${text} Did you mean check?`],
    ['check', 'Known: start.', `${text} Did you mean check?`],
    [undefined, 'Known: start.', `${text} Known: start.`],
    [undefined, undefined, text],
  ];
  for (const [guess, otherwise, expected] of cases) {
    test(expected, () => assert.equal(didYouMean(text, guess, otherwise), expected));
  }
});
