import type { ClientHttp2Session } from 'node:http2';
import { startTimeLimit } from '../../../common/timer.ts';

/**
 * Milliseconds between two pings, and for an answer to one. A gateway accepts one ping every 30 s. More frequent pings make it
 * close the connection.
 */
const times = { interval: 35_000, answer: 5_000 };

/** Milliseconds between two pings, however often a gateway asks for fewer. */
const longestInterval = 3_600_000;

/** What a gateway says in its GOAWAY frame when the pings come too often. */
const tooManyPings = 'too_many_pings';

/** Pings over a connection while there are calls, so that a gateway which has vanished is noticed. */
export interface KeepAlive {
  /** There are calls. */
  start(): void;
  /** There are no calls. A ping that becomes due meanwhile is sent with the next one. */
  stop(): void;
  /** The connection has ended. */
  end(): void;
}

/** Times of pings in milliseconds. */
export interface PingPace {
  /** Between two pings. A gateway can make it longer. */
  interval: number;
  /** For an answer to a ping. */
  readonly answer: number;
}

export const createPingPace = (): PingPace => ({ ...times });

/** Slows the pings down if a gateway has left because of them. */
export const heedGoAway = (pace: PingPace, data: Buffer | undefined): void => {
  if (data?.toString('latin1') === tooManyPings) pace.interval = Math.min(2 * pace.interval, longestInterval);
};

/**
 * Creates the pings of a connection.
 *
 * @param onSilence called when a ping has no answer
 */
export const createKeepAlive = (session: ClientHttp2Session, pace: PingPace, onSilence: () => void): KeepAlive => {
  let timer: NodeJS.Timeout | undefined;
  let hasCalls = false;
  /** Whether a ping is under way, or waits for a call. */
  let isPinging = false;
  let isDue = false;
  let hasEnded = false;

  const ping = (): void => {
    if (hasEnded) return;
    isPinging = true;
    const endLimit = startTimeLimit(pace.answer, onSilence);
    try {
      session.ping((error) => {
        endLimit();
        isPinging = false;
        if (error === null && hasCalls) schedule();
      });
    } catch {
      // The connection has just ended.
      endLimit();
    }
  };
  const onDue = (): void => {
    timer = undefined;
    if (hasCalls) ping();
    else isDue = true;
  };
  const schedule = (): void => {
    if (hasEnded || isPinging || timer !== undefined) return;
    timer = setTimeout(onDue, pace.interval);
    timer.unref();
  };

  return {
    start: () => {
      hasCalls = true;
      if (!isDue) {
        schedule();
        return;
      }
      isDue = false;
      isPinging = true;
      // Behind the request: gateways do not expect pings over a connection without calls.
      setImmediate(ping);
    },
    // The timer goes on: calls that follow one another, each with a pause before it, would otherwise never be pinged.
    stop: () => {
      hasCalls = false;
    },
    end: () => {
      hasEnded = true;
      isDue = false;
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
