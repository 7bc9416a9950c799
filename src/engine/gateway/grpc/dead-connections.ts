import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { startUnrefTimer } from '../../../common/timer.ts';

/** Milliseconds between two checks, and the time without traffic after which a connection is checked. */
const interval = 1000;

interface Watched {
  readonly session: ServerHttp2Session;
  readonly socket: Socket;
  /** The bytes that were received by the last check. */
  seen: number;
  /** The bytes after which the connection was found to be alive. An error can only follow from further bytes. */
  checked: number;
}

/** Bytes that wait for the client to read; the types do not know the handle. */
const unwritten = (socket: Socket): number =>
  (socket as unknown as { readonly _handle?: { readonly writeQueueSize?: number } | null })._handle?.writeQueueSize ??
  0;

/**
 * After some errors of the protocol, Node.js announces the end of the connection to the client and then neither reads nor
 * writes any more, without an event. Only a frame that is not sent shows it.
 */
const isDead = ({ session, socket }: Watched): boolean =>
  (session.state.outboundQueueSize ?? 0) > 0 && unwritten(socket) === 0;

const check = (watched: Watched): void => {
  const { session, socket } = watched;
  watched.checked = watched.seen;
  const isSubmitted = session.ping(() => {
    // The answer itself is traffic.
    watched.checked = socket.bytesRead;
  });
  // A frame is sent at the end of the current turn of the event loop.
  setImmediate(() => {
    if (session.destroyed || (isSubmitted && !isDead(watched))) return;
    session.destroy();
    socket.destroy();
  });
};

/** Watches the connections of a server. */
export interface ConnectionWatch {
  /** Calls the function that gives a connection to the server, and watches the connection. */
  during(socket: Socket, give: () => void): void;
  /** Ends the checks. */
  stop(): void;
}

/**
 * Closes connections that end in an error of the HTTP/2 protocol, which would otherwise stay open forever. It sends one ping
 * over each connection that has become quiet.
 */
export const closeDeadConnections = (server: Http2Server): ConnectionWatch => {
  const all = new Set<Watched>();
  let cancel = (): void => {};
  let isRunning = false;
  let given: Socket | undefined;

  const checkAll = (): void => {
    for (const watched of all) {
      const { bytesRead } = watched.socket;
      if (bytesRead === watched.checked) continue;
      if (bytesRead === watched.seen) check(watched);
      watched.seen = bytesRead;
    }
    schedule();
  };
  const schedule = (): void => {
    isRunning = all.size > 0;
    if (isRunning) cancel = startUnrefTimer(interval, checkAll);
  };

  server.on('session', (session) => {
    if (given === undefined) return;
    const watched: Watched = { session, socket: given, seen: 0, checked: 0 };
    all.add(watched);
    session.once('close', () => all.delete(watched));
    if (!isRunning) schedule();
  });
  return {
    during: (socket, give) => {
      given = socket;
      give();
      given = undefined;
    },
    stop: () => {
      all.clear();
      cancel();
    },
  };
};
