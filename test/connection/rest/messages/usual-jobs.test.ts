/** The quick reader of activated jobs: it gives what the general one gives, or leaves the answer to it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readAnyJobs, readJobs } from '../../../../src/connection/rest/messages/read-answers.ts';
import { readUsualJobs } from '../../../../src/connection/rest/messages/usual-jobs.ts';

const job = {
  jobKey: '2251799813685249',
  type: 'pack',
  processInstanceKey: '2',
  processDefinitionId: 'order',
  processDefinitionVersion: 1,
  processDefinitionKey: '3',
  elementId: 'task',
  elementInstanceKey: '4',
  customHeaders: { h: 'x' },
  worker: 'w',
  retries: 3,
  deadline: 1_900_000_000_000,
  variables: { a: 1, b: ['}', '"'], c: { d: null } },
  tenantId: '<default>',
  kind: 'BPMN_ELEMENT',
  listenerEventType: 'UNSPECIFIED',
  userTask: null,
  tags: [] as string[],
};

const answer = (...jobs: readonly object[]): string => JSON.stringify({ jobs });

describe('usual answers are read', () => {
  const { tags: _tags, userTask: _userTask, kind: _kind, listenerEventType: _event, ...old } = job;
  const cases: readonly (readonly [what: string, text: string])[] = [
    ['without jobs', '{"jobs":[]}'],
    ['with one job', answer(job)],
    ['with several jobs', answer(job, { ...job, jobKey: '7' }, job)],
    ['of an older gateway', answer(old)],
    ['with members that are not known', answer({ ...job, rootProcessInstanceKey: '5', priority: 0, news: null })],
    ['with members that are null', answer({ ...job, kind: null, listenerEventType: null, jobLeaseToken: null })],
    ['with tags and the token of a lease', answer({ ...job, tags: ['a', 'b'], jobLeaseToken: 'token' })],
    ['with letters beyond ASCII', answer({ ...job, elementId: 'grü\u{1f600}', variables: { grüß: '\u{1f600}' } })],
    ['with empty texts and objects', answer({ ...job, worker: '', tenantId: '', variables: {}, customHeaders: {} })],
    ['with a number that JSON.parse would round', answer(job).replace('"a":1', '"a":9007199254740993')],
    ['with escapes in the variables', answer({ ...job, variables: { a: '\\"}\n{' } })],
    ['with a member twice', answer(job).replace('"retries":3', '"retries":3,"retries":2')],
    ['with a key below 0', answer({ ...job, jobKey: '-7' })],
  ];
  for (const [what, text] of cases) {
    test(what, () => {
      const jobs = readUsualJobs(text);
      assert.deepEqual(jobs, readAnyJobs(text));
      assert.deepEqual(readJobs(text), jobs);
    });
  }

  test('and their variables stay as they were written', () => {
    const text = answer(job).replace('"a":1', '"a" : 9007199254740993');
    assert.match(readUsualJobs(text)![0]!.variables, /^\{"a" : 9007199254740993,/);
  });
});

describe('what the quick reader leaves to the general one', () => {
  const readable: readonly (readonly [what: string, text: string])[] = [
    ['spaces', JSON.stringify({ jobs: [job] }, undefined, 1)],
    ['an escape', answer({ ...job, type: 'a"b' })],
    ['another member beside the jobs', JSON.stringify({ jobs: [job], page: 1 })],
    ['a user task', answer({ ...job, kind: 'TASK_LISTENER', userTask: { candidateUsers: ['a'] } })],
    ['a job of a listener', answer({ ...job, kind: 'EXECUTION_LISTENER', listenerEventType: 'START' })],
    ['a number below 0', answer({ ...job, retries: -1 })],
    ['a fraction', answer({ ...job, deadline: 1.5 })],
    ['a large number', answer(job).replace('1900000000000', '19000000000000000')],
    ['tags that are null', answer({ ...job, tags: null })],
    ['an object that is not known', answer({ ...job, news: { a: 1 } })],
    ['a token, and then none', answer(job).replace('"tags":[]', '"jobLeaseToken":"a","jobLeaseToken":null')],
  ];
  for (const [what, text] of readable) {
    test(`${what}: it is read all the same`, () => {
      assert.equal(readUsualJobs(text), undefined);
      assert.equal(readJobs(text).length, 1);
    });
  }

  const { tenantId: _tenantId, ...incomplete } = job;
  const unreadable: readonly (readonly [what: string, text: string, why: RegExp])[] = [
    ['no JSON', '<html>', /JSON|complete/],
    ['an answer that ends too early', answer(job).slice(0, -1), /complete/],
    ['something behind the end', `${answer(job)}]`, /complete|JSON/],
    ['a missing member', answer(incomplete), /jobs\[0\]\.tenantId/],
    ['a key that is not one', answer({ ...job, jobKey: '1x' }), /jobs\[0\]\.jobKey/],
    ['an empty key', answer({ ...job, jobKey: '' }), /jobs\[0\]\.jobKey/],
    ['a key that is a number', answer({ ...job, jobKey: 1 }), /jobs\[0\]\.jobKey/],
    ['variables that are not an object', answer({ ...job, variables: [] }), /jobs\[0\]\.variables/],
    ['a number with a leading zero', answer(job).replace('"retries":3', '"retries":03'), /JSON/],
    ['a comma behind the last job', answer(job).replace(']}', ',]}'), /JSON|complete/],
    ['a line break in a text', answer(job).replace('"pack"', '"pa\nck"'), /JSON/],
  ];
  for (const [what, text, why] of unreadable) {
    test(`${what}: it is refused`, () => {
      assert.equal(readUsualJobs(text), undefined);
      assert.throws(() => readJobs(text), why);
    });
  }
});

test('a damaged answer that the quick reader takes means the same to the general one', () => {
  const texts = [answer(job), answer(job, job), answer({ ...job, tags: ['a'], jobLeaseToken: 'x', priority: 5 })];
  const damage = fc.record({
    text: fc.constantFrom(...texts),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat({ max: 4 }),
    added: fc.constantFrom('', '"', '\\', ',', ':', '{', '}', '[', ']', '0', '-', ' ', 'null', '\u0001', 'ü', '""'),
  });
  fc.assert(
    fc.property(damage, ({ text, at, removed, added }) => {
      const from = Math.floor(at * text.length);
      const damaged = text.slice(0, from) + added + text.slice(from + removed);
      const jobs = readUsualJobs(damaged);
      if (jobs !== undefined) assert.deepEqual(jobs, readAnyJobs(damaged));
    }),
    { numRuns: 3_000 },
  );
});
