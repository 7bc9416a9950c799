import type { ClientHttp2Session } from 'node:http2';

/**
 * Milliseconds between two pings, and for an answer to one. A gateway accepts one ping every 30 s. More frequent pings make it
 * close the connection.
 */
const times = { interval: 35_000, answer: 5_000 };

/** What a gateway says in its GOAWAY frame when the pings come too often. */
const tooManyPings = 'too_many_pings';

/** Pings over a connection while there are calls, so that a gateway which has vanished is noticed. */
export interface KeepAlive {
  start(): void;
  stop(): void;
}

/** Milliseconds between two pings, which a gateway can make longer. */
export interface PingPace {
  interval: number;
}

export const createPingPace = (): PingPace => ({ interval: times.interval });

/** Slows the pings down if a gateway has left because of them. */
export const heedGoAway = (pace: PingPace, data: Buffer | undefined): void => {
  if (data?.toString('latin1') === tooManyPings) pace.interval *= 2;
};

/**
 * Creates the pings of a connection.
 *
 * @param onSilence called when a ping has no answer
 */
export const createKeepAlive = (session: ClientHttp2Session, pace: PingPace, onSilence: () => void): KeepAlive => {
  let timer: NodeJS.Timeout | undefined;

  const ping = (): void => {
    const own = timer;
    const limit = setTimeout(onSilence, times.answer);
    limit.unref();
    try {
      session.ping((error) => {
        clearTimeout(limit);
        // Meanwhile, the last call can have ended and another one begun, with pings of its own.
        if (error === null && timer === own) schedule();
      });
    } catch {
      // The connection has just ended.
      clearTimeout(limit);
    }
  };
  const schedule = (): void => {
    timer = setTimeout(ping, pace.interval);
    timer.unref();
  };

  return {
    start: () => {
      if (timer === undefined) schedule();
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
