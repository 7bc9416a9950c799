import type { StartTimer } from '../../common/timer.ts';
import type { MachineHost } from '../host/machine-host.ts';
import type { MachineActivatedJob } from '../machine/types.ts';
import type { HeldCalls } from './held-calls.ts';
import type { JobHandOut } from './job-hand-out.ts';
import { defaultPollTimeout, type readPoll } from './job-requests.ts';

/** What holds a poll. */
export interface HeldPollServices {
  readonly host: MachineHost;
  readonly heldCalls: HeldCalls;
  /** Real time, because clients measure it, too. */
  readonly startTimer: StartTimer;
  readonly handOut: JobHandOut;
}

/** A poll for jobs, and how its protocol answers it. */
export interface HeldPoll {
  readonly request: ReturnType<typeof readPoll>;
  /** Milliseconds for which it waits for jobs; 0: as long as usual; negative: not at all. */
  readonly limit: number;
  /** Whether somebody is there to receive the answer. */
  readonly isOpen: () => boolean;
  /** Calls the listener when the call has ended. */
  readonly onEnd: (listener: () => void) => void;
  /** Returns the jobs that were not sent. */
  readonly returnUnsent: () => void;
  readonly deliver: (jobs: readonly MachineActivatedJob[]) => void;
  /** Answers that there are no jobs. */
  readonly endEmpty: () => void;
  /** Answers that the engine is stopping. */
  readonly endStopping: () => void;
}

/** Holds a poll until it has jobs, its time is over, or the engine stops. It is answered once, whatever the protocol. */
export const holdPoll = (
  { host, heldCalls, startTimer, handOut: { distributor, answeredFirst } }: HeldPollServices,
  { request, limit, isOpen, onEnd, returnUnsent, deliver, endEmpty, endStopping }: HeldPoll,
): void => {
  let isAnswered = false;
  const leave = host.run(() =>
    distributor.addPoll({
      ...request,
      alive: isOpen,
      deliver: (jobs) => {
        isAnswered = true;
        deliver(jobs);
      },
    }),
  );
  onEnd(returnUnsent);
  if (isAnswered) return;
  const endWithoutJobs = (): void => {
    if (isAnswered) return;
    leave();
    endEmpty();
  };
  if (limit < 0) {
    // The poll finds every job whose creator has its answer.
    answeredFirst.afterHeld(endWithoutJobs);
    return;
  }
  const stopTimer = startTimer(limit > 0 ? limit : defaultPollTimeout, endWithoutJobs);
  const forget = heldCalls.add(() => {
    leave();
    if (!isAnswered) endStopping();
  });
  onEnd(() => {
    leave();
    forget();
    stopTimer();
  });
};
