/**
 * A lean gateway as a process, `main.ts grpc|rest [PAYLOAD]`: does what its parent asks, one request at a time, and answers each.
 */
import { grpcFormat, restFormat } from './format.ts';
import { createJobs, microseconds } from './jobs.ts';
import { atRate } from './pace.ts';
import { isPayload, payloads } from './payloads.ts';
import { startLeanRestServer } from './rest-server.ts';
import { startLeanServer } from './server.ts';
import { createSource, type Flood } from './source.ts';

/** What the parent may ask for. */
export type GatewayRequest =
  /** Answers with the time of the first request for jobs, when there has been one. */
  | { readonly do: 'asked' }
  | ({ readonly do: 'flood' } & Flood)
  /** Answers with a {@link Mark}. */
  | { readonly do: 'mark' }
  /** Hands out no more and answers when all jobs are settled, or after so many milliseconds, with the jobs still out. */
  | { readonly do: 'drain'; readonly within: number }
  /**
   * Offers a job every so many milliseconds, or parts of one; answers when the last one is offered. With a window, it waits
   * while so many jobs are out.
   */
  | {
      readonly do: 'pace';
      readonly push: boolean;
      readonly every: number;
      readonly jobs: number;
      readonly window?: number;
    }
  /** Answers with the number of open streams. */
  | { readonly do: 'streams' }
  | { readonly do: 'account' };

/** A moment of the gateway. */
export interface Mark {
  /** Jobs completed so far. */
  readonly completed: number;
  /** CPU time so far, in microseconds. */
  readonly cpu: number;
  /** On the monotonic clock, in microseconds. */
  readonly at: number;
}

const isRest = process.argv[2] === 'rest';
const format = isRest ? restFormat : grpcFormat;
const payload = process.argv[3];
const jobs = createJobs(format, isPayload(payload) ? payloads[payload]() : undefined);
const source = createSource(jobs, format);
const server = await (isRest ? startLeanRestServer : startLeanServer)(jobs, source);

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Offers jobs at a rate. While as many as the window allows are out, those that fall due wait for the next time. */
const pace = async (push: boolean, every: number, count: number, window = Number.POSITIVE_INFINITY): Promise<void> => {
  let due = 0;
  const offerDue = (): void => {
    for (; due > 0 && jobs.outstanding() < window; due--) source.offer(push);
  };
  await atRate({ every, times: count }, () => {
    due++;
    offerDue();
  });
  while (due > 0) {
    await wait(5);
    offerDue();
  }
};

const carryOut = async (request: GatewayRequest): Promise<unknown> => {
  switch (request.do) {
    case 'asked':
      return await server.firstAsked;
    case 'flood':
      return source.flood(request);
    case 'mark': {
      const { user, system } = process.cpuUsage();
      const mark: Mark = {
        completed: jobs.account().completed,
        cpu: user + system,
        at: microseconds(),
      };
      return mark;
    }
    case 'drain': {
      source.stop();
      const end = performance.now() + request.within;
      while (jobs.outstanding() > 0 && performance.now() < end) await wait(5);
      return jobs.outstanding();
    }
    case 'pace':
      return await pace(request.push, request.every, request.jobs, request.window);
    case 'streams':
      return source.streams();
    case 'account':
      return jobs.account();
  }
};

process.on('message', (request: GatewayRequest) => {
  void carryOut(request).then((answer) => process.send?.({ answer }));
});
process.on('disconnect', () => process.exit());
process.send?.({ answer: server.address });
