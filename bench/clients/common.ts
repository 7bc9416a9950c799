/** What a client under measurement tells its parent: its CPU, its memory, and how soon it picked jobs up. */
import { microseconds } from '../lean/jobs.ts';

/** What the parent may ask for. */
export type ClientRequest =
  | 'mark'
  /** Collect how long jobs took to be picked up, from now on. */
  | 'listen'
  /** Answers with what was collected, in microseconds. */
  | 'pickups'
  /** Collect the garbage before the mark. */
  | 'mark clean';

/** A moment of a client. */
export interface ClientMark {
  /** CPU time so far, in microseconds. */
  readonly cpu: number;
  /** In bytes. */
  readonly rss: number;
  readonly heap: number;
}

let pickups: number[] | undefined;

/** To be called first by each handler, with the variable that says when the job was made. */
export const pickedUp = (made: unknown): void => {
  pickups?.push(microseconds() - Number(made));
};

const mark = (): ClientMark => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpu: user + system, rss, heap: heapUsed };
};

const answerTo = (request: ClientRequest): unknown => {
  switch (request) {
    case 'mark':
      return mark();
    case 'mark clean':
      for (let round = 0; round < 3; round++) globalThis.gc?.();
      return mark();
    case 'listen':
      pickups = [];
      return undefined;
    case 'pickups':
      return pickups;
  }
};

/** Answers the parent from now on, and ends with it. */
export const reportToParent = (): void => {
  process.on('message', (request: ClientRequest) => process.send?.({ answer: answerTo(request) }));
  process.on('disconnect', () => process.exit());
};
