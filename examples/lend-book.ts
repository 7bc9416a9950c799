/** The paths of the process lend-book, as a table: examples/lend-book.test.ts makes a test of each. */
import assert from 'node:assert/strict';
import { jobError } from 'camunda-connectors';
import { type MockOf, mockOutbound, type Scenario, type ScenarioOptions, sequence } from 'camunda-connectors/testing';
import { shelfOf, smallLibrary } from './shelf.ts';

export const lendBook: ScenarioOptions = { resources: 'examples/bpmn/lend-book.bpmn', process: 'lend-book' };

// #region paths
const shelf = shelfOf(smallLibrary());
const loan = { title: 'Hitchhiker', reader: 'Ada' };
const isThere = { title: 'Hitchhiker', copies: 1, lent: 0 };
const isLent = { ...isThere, lent: 1 };
const unknown = jobError('There is no such book', { code: 'UNKNOWN_BOOK' });
const allLent = jobError('All copies are lent', { code: 'ALL_LENT', variables: { waiting: 1 } });
const down = jobError('The shelf does not answer');

/** Ada wants a book, and the shelf answers like this. */
const given =
  (answers: MockOf<typeof shelf>, variables: object = { isbn: '0-330-25864-8', reader: 'Ada' }) =>
  () => ({ variables: { ...variables }, connectors: { outbound: [mockOutbound(shelf, answers)] } });

export const paths: Readonly<Record<string, Scenario>> = {
  'an available book is lent': {
    given: given({ find: isThere, lend: loan }),
    expect: { completed: { at: 'EndLent', variables: { loan, lent: false } } },
  },
  'the process knows that all copies are lent': {
    given: given({ find: isLent, lend: loan }),
    expect: { completed: { variables: { lent: true } } },
  },
  'an unknown book ends the process': {
    given: given({ find: unknown }),
    expect: { completed: { at: 'EndUnknown' }, notPassed: ['LendBook'] },
  },
  'a book that comes back is lent a day later': {
    given: given({ find: isLent, lend: sequence(allLent, loan) }),
    expect: async (book, processes) => {
      await processes.elapse('PT23H59M');
      await book.waitsAt('LendBook');
      await processes.elapse('PT1M');
      await book.completed({ at: 'EndLent' });
      assert.deepEqual(processes.skips, []);
    },
  },
  'a book that comes back late is lent in the third attempt': {
    given: given({ find: isLent, lend: sequence(allLent, allLent, loan) }),
    expect: { completed: { at: 'EndLent', variables: { loan } } },
  },
  'after three attempts the reader is put off': {
    given: given({ find: isLent, lend: allLent }),
    expect: async (book, processes) => {
      await book.completed({ at: 'EndNoCopy', variables: { waiting: 1 } });
      assert.equal(processes.calls('shelf').length, 4);
    },
  },
  'a shelf that is down for a moment is asked again': {
    given: given({ find: sequence(down, isThere), lend: sequence(down, loan) }),
    expect: { completed: { at: 'EndLent' } },
  },
  'a shelf that stays down is an incident': {
    given: given({ find: isThere, lend: down }),
    expect: { incident: { at: 'LendBook', message: 'The shelf does not answer' } },
  },
  'without a reader nothing is lent': {
    given: given({ find: isThere, lend: loan }, { isbn: '0-330-25864-8' }),
    expect: { incident: { at: 'LendBook', message: /reader/ } },
  },
  'an ISBN with letters is not looked for': {
    given: given({ find: isThere, lend: loan }, { isbn: 'Hitchhiker', reader: 'Ada' }),
    expect: { incident: { at: 'FindBook', message: /isbn/ }, notPassed: ['LendBook'] },
  },
};
// #endregion
