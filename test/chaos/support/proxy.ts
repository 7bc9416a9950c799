import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';

/** How bytes pass: after a while, in pieces, one piece a millisecond at most. */
export interface Trickle {
  /** Milliseconds. */
  readonly latency: number;
  /** Bytes. */
  readonly piece: number;
}

/** A TCP proxy on 127.0.0.1 whose faults a test switches on and off. */
export interface TcpProxy {
  readonly port: number;
  /** Connections made so far. */
  accepted(): number;
  /** Resets all connections; new ones are taken. */
  cut(): void;
  /** Resets all connections and closes the port. */
  refuse(): Promise<void>;
  /** Opens the port again. */
  accept(): Promise<void>;
  /** Swallows all bytes both ways, while the connections stand; those that come meanwhile fare no better. */
  swallow(): void;
  /** Lets new connections pass; one that has lost bytes stays deaf until it is cut. */
  pass(): void;
  /** Delays the bytes of all connections from now on; absent: no longer. */
  slow(trickle?: Trickle): void;
  stop(): Promise<void>;
}

/** Passes data on in order, each chunk as slow as it is at its arrival. */
const createPipe = (to: Socket, trickle: () => Trickle | undefined): ((chunk: Buffer) => void) => {
  let last: Promise<void> = Promise.resolve();
  let queued = 0;
  const write = (bytes: Buffer): void => {
    if (!to.destroyed) to.write(bytes);
  };
  const deliver = async (chunk: Buffer, { latency, piece }: Trickle, arrived: number): Promise<void> => {
    // Latency delays, and does not add up over the chunks that are under way.
    await sleep(Math.max(0, arrived + latency - performance.now()));
    for (let at = 0; at < chunk.length && !to.destroyed; at += piece) {
      write(chunk.subarray(at, at + piece));
      await sleep(1);
    }
  };
  return (chunk) => {
    const pace = trickle();
    if (pace === undefined && queued === 0) {
      write(chunk);
      return;
    }
    queued += 1;
    const arrived = performance.now();
    last = last.then(async () => {
      await deliver(chunk, pace ?? { latency: 0, piece: chunk.length }, arrived);
      queued -= 1;
    });
  };
};

/**
 * Starts a proxy.
 *
 * @param target port on 127.0.0.1, asked for at each connection
 * @param changed told of each new connection
 */
export const startProxy = async (target: () => number, changed: () => void): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let accepted = 0;
  let swallowing = false;
  let pace: Trickle | undefined;
  const deafen = new Set<() => void>();

  const join = (near: Socket): void => {
    accepted += 1;
    const far = connect({ port: target(), host: '127.0.0.1', noDelay: true });
    let deaf = swallowing;
    const toDeaf = (): void => {
      deaf = true;
    };
    deafen.add(toDeaf);
    const end = (): void => {
      deafen.delete(toDeaf);
      for (const socket of [near, far]) {
        sockets.delete(socket);
        if (!socket.destroyed) socket.resetAndDestroy();
      }
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      const pass = createPipe(to, () => pace);
      from.on('data', (chunk: Buffer) => {
        if (!deaf) pass(chunk);
      });
      from.on('error', () => {});
      from.on('close', () => {
        // Who sits behind a hole does not hear the other hang up.
        if (!deaf || from === near) end();
      });
    }
    changed();
  };

  const server = createServer({ noDelay: true }, join);
  // It is closed and opened again.
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const cut = (): void => {
    for (const socket of [...sockets]) socket.resetAndDestroy();
  };
  const refuse = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return {
    port,
    accepted: () => accepted,
    cut,
    refuse,
    accept: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    swallow: () => {
      swallowing = true;
      for (const toDeaf of deafen) toDeaf();
    },
    pass: () => {
      swallowing = false;
    },
    slow: (trickle) => {
      pace = trickle;
    },
    stop: refuse,
  };
};
