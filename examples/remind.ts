/** The paths of the process remind, as a table: examples/remind.test.ts makes a test of each. */
import assert from 'node:assert/strict';
import { mockInbound, mockOutbound, type Scenario, type ScenarioOptions, sequence } from 'camunda-connectors/testing';
import { log } from './log.ts';
import { pollFile } from './poll-file.ts';

export const remind: ScenarioOptions = { resources: 'examples/bpmn/remind.bpmn', process: 'remind' };

const variables = { path: 'answer.txt', patience: 'P1D' };
const text = { content: 'forty-two' };

/** Looks for the file every 20 hours: at once, before the first reminder, and before the second one. */
const patient = { ...pollFile, cycle: 72_000 };

/** A path with mocks that remember their calls. */
const path = (
  answer: Parameters<typeof mockInbound<typeof pollFile>>[1],
  expect: (messages: () => readonly string[], paths: () => readonly string[]) => Scenario['expect'],
): Scenario => {
  let logged = mockOutbound(log, { status: 'ok' });
  let polled = mockInbound(patient, answer);
  const messages = () => logged.calls.map(({ input }) => input.message);
  const paths = () => polled.calls.map(({ input }) => input.path);
  return {
    given: () => {
      logged = mockOutbound(log, { status: 'ok' });
      polled = mockInbound(patient, answer);
      return { variables, connectors: { outbound: [logged], inbound: [polled] } };
    },
    expect: expect(messages, paths),
  };
};

export const paths: Readonly<Record<string, Scenario>> = {
  'a file that is there is read without a reminder': path(text, (messages, files) => async (reminder) => {
    await reminder.completed({ at: 'EndArrived', variables: { reminders: 0 } });
    assert.deepEqual(messages(), ['The file says: forty-two']);
    assert.deepEqual(files(), ['answer.txt']);
  }),
  'a file that arrives after a reminder is read': path(
    sequence(undefined, undefined, text),
    (messages) => async (reminder, processes) => {
      await processes.elapse('P1DT1H');
      await reminder.passed('LogReminder');
      await reminder.completed({ at: 'EndArrived', variables: { reminders: 1 } });
      assert.deepEqual(messages(), ['Still no file, reminder 1', 'The file says: forty-two']);
    },
  ),
  'after two reminders, one a day, the process gives up': path(
    () => undefined,
    (messages) => async (reminder, processes) => {
      await processes.elapse('PT23H59M');
      await reminder.notPassed('LogReminder');
      await processes.elapse('PT1M');
      await reminder.variables({ reminders: 1 });
      await reminder.notPassed('EndGivenUp');
      await processes.elapse('P1D');
      await reminder.completed({ at: 'EndGivenUp', variables: { reminders: 2 } });
      assert.deepEqual(messages(), ['Still no file, reminder 1', 'Still no file, reminder 2']);
      assert.deepEqual(processes.skips, []);
    },
  ),
};
