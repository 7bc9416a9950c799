/** What the page reads from the server, and what it asks it to do. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Actions, Gone, Problem } from '../cli/dev/page/contract.ts';
import { onLive } from './live.ts';

/** Milliseconds between two reads of the same thing. */
const pause = 100;

/** Reads take at most one part in this many of the time, so that a busy engine keeps its pace. */
const idleFactor = 25;

/** The longest pause: on a machine that is busy with something else, a read can take long. */
const longestPause = 1_000;

/** Why the server refuses: it says so as JSON, or as text to those that it does not know. */
const problemOf = ({ status, headers }: Response, text: string): string => {
  if (headers.get('content-type')?.startsWith('application/json') === true) return (JSON.parse(text) as Problem).error;
  return text === '' ? `The server answered with ${status}.` : text;
};

const readAnswer = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (!response.ok) throw new Error(problemOf(response, text));
  const value: unknown = JSON.parse(text);
  const gone = (value as Partial<Gone> | null)?.['camunda-connectors:gone'];
  if (gone !== undefined) throw new Error(gone);
  return value;
};

/** An answer, with what it depends on. Without a value, it is the one that the page has. */
interface Answer<Value> {
  readonly value?: Value;
  readonly tag?: string | undefined;
}

/** Reads something, unless the page has it already. */
const readChanged = async <Value>(path: string, tag: string | undefined): Promise<Answer<Value>> => {
  const response = await fetch(path, tag === undefined ? {} : { headers: { 'if-none-match': tag } });
  if (response.status === 304) return { tag };
  return { value: (await readAnswer(response)) as Value, tag: response.headers.get('etag') ?? undefined };
};

/** Reads something once. */
export const read = async <Value>(path: string): Promise<Value> => (await readAnswer(await fetch(path))) as Value;

const refreshers = new Set<() => void>();

/**
 * Asks the server something that changes nothing.
 *
 * @returns the answer of the server
 * @throws an error with the reason of a refusal
 */
export const ask = async <Name extends keyof Actions, Answer = unknown>(
  name: Name,
  body: Actions[Name],
): Promise<Answer> => {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await readAnswer(await fetch(`/do/${name}`, request))) as Answer;
};

/** Asks the server to do something, as {@link ask}. What is shown is read anew afterwards. */
export const act = async <Name extends keyof Actions, Answer = unknown>(
  name: Name,
  body: Actions[Name],
): Promise<Answer> => {
  const answer = await ask<Name, Answer>(name, body);
  for (const refresh of refreshers) refresh();
  return answer;
};

/** What was read, or why it could not be read. */
export interface Loaded<Value> {
  readonly value?: Value;
  readonly error?: string;
  /** Whether the server did not answer at all. */
  readonly isUnanswered?: true;
}

/** How the page reads only what has been added to what it has. */
export interface Growth<Value> {
  /** What is added to the path, so that the answer has only what is new. */
  readonly after: (value: Value) => string;
  /** The answer together with what was there before. */
  readonly join: (before: Value, added: Value) => Value;
}

/** Reads something whenever something has happened, but not more often than the page and the engine can bear. */
const follow = <Value>(
  path: string,
  growth: Growth<Value> | undefined,
  show: (loaded: Loaded<Value>) => void,
): (() => void) => {
  let tag: string | undefined;
  /** What the page has, as far as another answer can be added to it. */
  let known: Value | undefined;
  let isOpen = true;
  let isReading = false;
  let isStale = true;
  let isUrgent = false;
  let timer: number | undefined;
  let rest = 0;
  let readAt = 0;
  const forget = (): void => {
    tag = undefined;
    known = undefined;
  };
  const load = async (): Promise<void> => {
    timer = undefined;
    isReading = true;
    isStale = false;
    isUrgent = false;
    const started = performance.now();
    const before = known;
    const asked = growth === undefined || before === undefined ? path : `${path}${growth.after(before)}`;
    const loaded = await readChanged<Value>(asked, tag).then(
      ({ value, tag: next }): Loaded<Value> | undefined => {
        tag = next;
        if (value === undefined) return undefined;
        known = growth === undefined || before === undefined ? value : growth.join(before, value);
        return { value: known };
      },
      // `fetch` itself throws only if there is no answer.
      (error: Error): Loaded<Value> => {
        forget();
        return error instanceof TypeError ? { error: error.message, isUnanswered: true } : { error: error.message };
      },
    );
    isReading = false;
    if (!isOpen) return;
    if (loaded !== undefined) show(loaded);
    const took = performance.now() - started;
    rest = Math.min(longestPause, Math.max(pause, took * idleFactor));
    readAt = performance.now();
    // What was read while an action took place may be the state before it.
    if (isUrgent) void load();
    else if (isStale) refresh();
  };
  const schedule = (milliseconds: number): void => {
    timer ??= setTimeout(() => void load(), milliseconds);
  };
  const refresh = (): void => {
    isStale = true;
    // Nobody sees a page in the background: it reads when it is shown again.
    if (isReading || timer !== undefined || document.hidden) return;
    const left = readAt + rest - performance.now();
    if (left > 0) schedule(left);
    else void load();
  };
  /** After an action, whose result should be seen at once. */
  const refreshNow = (): void => {
    clearTimeout(timer);
    timer = undefined;
    readAt = 0;
    isUrgent = true;
    refresh();
  };
  const onShown = (): void => {
    if (isStale) refresh();
  };
  const leave = onLive(({ kind }) => {
    if (kind === 'reset') forget();
    refresh();
  });
  document.addEventListener('visibilitychange', onShown);
  refreshers.add(refreshNow);
  void load();
  return () => {
    isOpen = false;
    clearTimeout(timer);
    leave();
    document.removeEventListener('visibilitychange', onShown);
    refreshers.delete(refreshNow);
  };
};

/**
 * Reads something from the server and keeps it up to date.
 *
 * @param path `undefined`: nothing
 * @param growth how to read only what is new; always the same
 */
export const useData = <Value>(path: string | undefined, growth?: Growth<Value>): Loaded<Value> => {
  const [loaded, setLoaded] = useState<Loaded<Value> & { readonly path?: string }>({});
  useEffect(() => {
    if (path === undefined) return undefined;
    return follow<Value>(path, growth, (next) =>
      // While the server restarts, what was shown stays.
      setLoaded((before) =>
        next.isUnanswered === true && before.path === path && before.value !== undefined ? before : { ...next, path },
      ),
    );
  }, [path]);
  return loaded.path === path ? loaded : {};
};

/** A list of which the first rows are read, and more of them when they are wanted. */
export interface LoadedRows<List> extends Loaded<List> {
  readonly showMore: () => void;
}

/**
 * Reads a list, and keeps it up to date. While more of it or another part of it is read, the rows before stay.
 *
 * @param path without the number of rows
 * @param first how many rows are read at first
 */
export const useRows = <List>(path: string, first: number): LoadedRows<List> => {
  const [count, setCount] = useState(first);
  const { value, error } = useData<List>(`${path}${path.includes('?') ? '&' : '?'}count=${count}`);
  const latest = useRef<List | undefined>(undefined);
  latest.current = value ?? latest.current;
  const showMore = (): void => setCount(2 * count);
  return error === undefined
    ? { ...(latest.current === undefined ? {} : { value: latest.current }), showMore }
    : { error, showMore };
};

/** Reads something that never changes. */
export const useOnce = <Value>(path: string | undefined): Loaded<Value> => {
  const [loaded, setLoaded] = useState<Loaded<Value> & { readonly path?: string }>({});
  const wanted = useRef(path);
  wanted.current = path;
  useEffect(() => {
    if (path === undefined) return;
    read<Value>(path).then(
      (value) => wanted.current === path && setLoaded({ value, path }),
      (error: Error) => wanted.current === path && setLoaded({ error: error.message, path }),
    );
  }, [path]);
  return loaded.path === path ? loaded : {};
};
