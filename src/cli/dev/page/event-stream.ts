import type { ServerResponse } from 'node:http';
import type { Batch } from './contract.ts';
import type { History } from './history.ts';
import type { WriteJson } from './json.ts';
import { entryStep } from './queries/instance.ts';

/** Milliseconds for which entries are collected before they are sent together. */
const collectTime = 50;

/** How many entries are sent at once. Nobody reads more, and the page loads what it shows by itself. */
const maxSteps = 100;

/** Sending takes at most one part in this many of the time, so that a busy engine keeps its pace. */
const idleFactor = 40;

/** The longest time for which entries are collected. */
const longestTime = 1_000;

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
   */
  readonly open: (response: ServerResponse, lastSeq: number) => void;
  /** Tells all pages to load everything anew. */
  readonly reset: () => void;
  readonly stop: () => void;
}

/**
 * Creates the stream of a history, as server-sent events.
 *
 * @param json writes what is sent
 */
export const createEventStream = (history: History, json: WriteJson): EventStream => {
  const clients = new Map<ServerResponse, number>();
  let collecting: NodeJS.Timeout | undefined;

  const write = (response: ServerResponse, text: string): void => {
    if (response.writableLength > maxWaiting) {
      clients.delete(response);
      response.destroy();
    } else response.write(text);
  };

  const sendReset = (response: ServerResponse): void => {
    clients.set(response, history.seq());
    write(response, `id: ${history.seq()}\nevent: reset\ndata: {}\n\n`);
  };

  const sendTo = (response: ServerResponse, last: number): void => {
    const entries = history.after(last);
    if (entries === undefined) {
      sendReset(response);
      return;
    }
    if (entries.length === 0) return;
    const seq = entries.at(-1)!.seq;
    clients.set(response, seq);
    const batch: Batch = {
      seq,
      steps: entries.slice(-maxSteps).map(entryStep),
      skipped: Math.max(0, entries.length - maxSteps),
    };
    write(response, `id: ${seq}\ndata: ${json(batch)}\n\n`);
  };

  let wait = collectTime;
  const send = (): void => {
    collecting = undefined;
    const started = performance.now();
    for (const [response, last] of clients) sendTo(response, last);
    wait = Math.min(longestTime, Math.max(collectTime, (performance.now() - started) * idleFactor));
  };

  history.onEntry(() => {
    if (collecting === undefined && clients.size > 0) collecting = setTimeout(send, wait).unref();
  });
  const alive = setInterval(() => {
    for (const response of clients.keys()) write(response, ':\n\n');
  }, aliveTime).unref();

  return {
    open: (response, lastSeq) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      clients.set(response, lastSeq);
      response.once('close', () => clients.delete(response));
      // Headers leave at once, so that the page knows that it is connected.
      write(response, 'retry: 500\n\n');
      sendTo(response, lastSeq);
    },
    reset: () => {
      for (const response of clients.keys()) sendReset(response);
    },
    stop: () => {
      clearTimeout(collecting);
      clearInterval(alive);
      for (const response of clients.keys()) response.end();
      clients.clear();
    },
  };
};
