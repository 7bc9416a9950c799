/** Tests a process that waits for days without waiting: the clock of the test skips the time, or the test moves it. */
import { test } from 'node:test';
import { createProcessTest } from 'camunda-connectors/testing';
import { log } from './log.ts';
import { pollFile } from './poll-file.ts';

// #region skip
// An hour of the process is between two calls, so that a day has no more than 24 of them.
const connectors = { outbound: [log], inbound: [{ ...pollFile, cycle: 3600 }] };
const resources = 'examples/bpmn/remind.bpmn';
const variables = { path: 'no-such-file', patience: 'P1D' };

test('the process gives up after two reminders without a file', async (t) => {
  const processes = await createProcessTest(t, { resources, connectors });
  const reminder = await processes.start('remind', variables);
  await reminder.completed({ at: 'EndGivenUp', variables: { reminders: 2 } }); // two days in some milliseconds
});
// #endregion

test('the first reminder comes after a day, and not earlier', async (t) => {
  const processes = await createProcessTest(t, { resources, connectors });
  // #region clock
  // … in a test that begins in the same way:
  const reminder = await processes.start('remind', variables);
  await processes.elapse('PT23H59M');
  await reminder.notPassed('LogReminder');
  await processes.elapse('PT1M');
  await reminder.passed('LogReminder');
  // #endregion
});
