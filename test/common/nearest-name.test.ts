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

test('misspelt counts inserted, deleted, replaced and swapped letters, at most two', () => {
  const edits = (a: string, b: string): number => {
    const at = (i: number, j: number): number => {
      if (Math.min(i, j) === 0) return i + j;
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const options = [at(i - 1, j - 1) + same, at(i - 1, j) + 1, at(i, j - 1) + 1];
      return Math.min(...options, ...(isSwap ? [at(i - 2, j - 2) + 1] : []));
    };
    return at(a.length, b.length);
  };
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      fc.pre(a !== b);
      assert.equal(misspelt(a, [b]) !== undefined, edits(a, b) <= 2);
    }),
  );
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
