import { fault } from '../../../../common/fault.ts';
import type { TestClock } from '../../../../engine/index.ts';
import type { ActionsOf, Sources } from '../sources.ts';

/** The actions for the clock of processes. */
export const clockActions = ({ engine }: Sources, clock: TestClock | undefined): ActionsOf<'clock'> => ({
  clock: (request) => {
    if (clock === undefined) {
      throw fault('rejection', { what: 'The clock cannot be moved.', fix: 'start dev with --test-clock.' });
    }
    switch (request.action) {
      case 'run':
        return clock.run();
      case 'pause':
        return clock.pause();
      case 'advance':
        return clock.advance(request.by);
      case 'next': {
        const next = engine().nextDue(({ kind }) => kind === 'timer' || kind === 'jobBackoff');
        if (next === undefined) throw fault('rejection', { what: 'Nothing is due.' });
        return clock.advanceTo(next.due);
      }
    }
  },
});
