import type { ServerResponse } from 'node:http';
import type { Batch } from './contract.ts';
import type { History } from './history/history.ts';
import type { WriteJson } from './json.ts';
import { entryStep } from './queries/instance.ts';

/** Milliseconds for which entries are collected after a quiet time. */
const shortTime = 20;

/** Milliseconds between two messages to a page: it draws what has happened ten times a second. */
const collectTime = 100;

/** How many entries are sent at once to a page that shows them. Nobody reads more. */
const maxSteps = 100;

/** Pages that are open take at most one part in this many of the time, so that a busy engine keeps its pace. */
const idleFactor = 40;

/** The longest time for which entries are collected. */
const longestTime = 1_000;

/**
 * Milliseconds until the next message to the pages.
 *
 * @param spent milliseconds that the last message took, with what the pages have read because of it
 */
export const pauseAfter = (spent: number): number => Math.min(longestTime, Math.max(collectTime, spent * idleFactor));

/** Bytes that wait for a client that does not read, after which its stream ends. */
const maxWaiting = 1_000_000;

/** Milliseconds between signs of life, so that neither side takes the connection for dead. */
const aliveTime = 15_000;

/** Sends what happens to the pages that are open. */
export interface EventStream {
  /**
   * Starts to answer a request for events.
   *
   * @param lastSeq the last entry that the page has
   * @param showsSteps whether the page wants to know what has happened, and not only that something has: it reads what it shows by itself
   */
  readonly open: (response: ServerResponse, lastSeq: number, showsSteps: boolean) => void;
  /** Is told how many milliseconds it took to answer what a page reads, since it reads with each message. */
  readonly readTook: (milliseconds: number) => void;
  /** Tells all pages to load everything anew. */
  readonly reset: () => void;
  readonly stop: () => void;
}

/** A page that is open. */
interface Client {
  /** The last entry that it has. */
  last: number;
  readonly showsSteps: boolean;
}

/**
 * Creates the stream of a history, as server-sent events.
 *
 * @param json writes what is sent
 */
export const createEventStream = (history: History, json: WriteJson): EventStream => {
  const clients = new Map<ServerResponse, Client>();
  let collecting: NodeJS.Timeout | undefined;

  const write = (response: ServerResponse, text: string): void => {
    if (response.writableLength > maxWaiting) {
      clients.delete(response);
      response.destroy();
    } else response.write(text);
  };

  const sendReset = (response: ServerResponse, client: Client): void => {
    client.last = history.seq();
    write(response, `id: ${history.seq()}\nevent: reset\ndata: {}\n\n`);
  };

  const sendTo = (response: ServerResponse, client: Client): void => {
    const seq = history.seq();
    const count = seq - client.last;
    if (!history.has(client.last)) {
      sendReset(response, client);
      return;
    }
    if (count === 0) return;
    const { last } = client;
    client.last = seq;
    // The latest that are kept can be older, if what has happened since was only counted.
    const added = client.showsSteps ? history.latest(Math.min(count, maxSteps)).filter((each) => each.seq > last) : [];
    const steps = added.map(entryStep);
    const batch: Batch = { seq, steps, skipped: count - steps.length };
    write(response, `id: ${seq}\ndata: ${json(batch)}\n\n`);
  };

  /** When the next message may be sent. */
  let next = 0;
  let reading = 0;
  const send = (): void => {
    collecting = undefined;
    const started = performance.now();
    for (const [response, client] of clients) sendTo(response, client);
    const now = performance.now();
    next = now + pauseAfter(now - started + reading);
    reading = 0;
  };

  history.onEntry(() => {
    if (collecting !== undefined || clients.size === 0) return;
    collecting = setTimeout(send, Math.max(shortTime, next - performance.now())).unref();
  });
  const alive = setInterval(() => {
    for (const response of clients.keys()) write(response, ':\n\n');
  }, aliveTime).unref();

  return {
    open: (response, lastSeq, showsSteps) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const client: Client = { last: lastSeq, showsSteps };
      clients.set(response, client);
      response.once('close', () => clients.delete(response));
      // Headers leave at once, so that the page knows that it is connected.
      write(response, 'retry: 500\n\n');
      sendTo(response, client);
    },
    readTook: (milliseconds) => {
      reading += milliseconds;
    },
    reset: () => {
      for (const [response, client] of clients) sendReset(response, client);
    },
    stop: () => {
      clearTimeout(collecting);
      clearInterval(alive);
      for (const response of clients.keys()) response.end();
      clients.clear();
    },
  };
};
