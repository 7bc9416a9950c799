import { fault } from '../../../../common/fault.ts';
import type { TestClock } from '../../../host/test-clock.ts';
import { invalidArgument } from '../../call-status.ts';
import { parseBody, readFields } from '../fields.ts';
import { noContent, type Operation } from '../operation.ts';

/** What the operations need. */
export interface ClockServices {
  /** Absent if the engine has the system clock. */
  readonly clock?: TestClock | undefined;
}

/** Milliseconds by which a time may have passed when it arrives: clients pin the clock to the present. */
const tolerance = 10_000;

const controlled = (clock: TestClock | undefined): TestClock => {
  if (clock !== undefined) return clock;
  throw fault(
    'rejection',
    {
      what: 'The time of the engine is the system time, which cannot be set.',
      fix: 'create the engine with a test clock: createEngine({ clock: createTestClock() }).',
    },
    { code: 'FORBIDDEN' as const },
  );
};

/** The operations on the time of processes, by method and path. */
export const clockOperations = ({ clock }: ClockServices): Readonly<Record<string, Operation>> => ({
  'PUT /clock': {
    kind: 'direct',
    act: ({ body }) => {
      const { timestamp } = readFields('pinClock', parseBody(body.toString('utf8')), { 'timestamp!': 'integer' });
      const own = controlled(clock);
      if (timestamp < own.now() - (own.running ? tolerance : 0)) {
        throw invalidArgument(`The clock is at ${own.now()} and cannot be set back to ${timestamp}.`);
      }
      // It runs while timers fire on its way; afterwards, it stands still.
      own.pause();
      own.advanceTo(Math.max(timestamp, own.now()));
      return noContent;
    },
  },
  'POST /clock/reset': {
    kind: 'direct',
    act: ({ body }) => {
      readFields('resetClock', parseBody(body.toString('utf8')), {});
      const own = controlled(clock);
      own.advanceTo(Math.max(Date.now(), own.now()));
      own.run();
      return noContent;
    },
  },
});
