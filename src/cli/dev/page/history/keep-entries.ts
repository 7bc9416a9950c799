import { unfold } from './content.ts';
import { type Entry, entriesOf, entryOf, type InstanceHistory, lineOf } from './entry.ts';

/** How many entries of one instance are kept. */
const maxEntries = 2_000;

/** How many lines of the log of one instance are kept: a connector that writes very many must not push the events out. */
const maxLines = 500;

/** Adds an entry, which is made with the last one of its instance, to that instance. */
export const append = (owner: InstanceHistory, entry: Entry): void => {
  owner.last = entry;
  owner.length += 1;
  const isLine = 'content' in entry && entry.content.kind === 'line';
  if (isLine) owner.lines += 1;
  if (owner.length === 2 * maxEntries) cutEntries(owner, maxEntries);
  if (isLine && owner.lines === 2 * maxLines) thinLines(owner, maxLines);
};

/** Makes the entries of what has happened in an instance so far. From now on, they are made at once. */
export const makeEntries = (owner: InstanceHistory): void => {
  const { events } = owner;
  if (events === undefined) return;
  owner.events = undefined;
  unfold(events, (content, seq, since) => append(owner, entryOf(content, seq, since, owner, owner.last)));
};

/** Forgets the oldest entries of an instance that has very many. */
const cutEntries = (owner: InstanceHistory, most: number): void => {
  let entry = owner.last;
  for (let kept = 1; kept < most; kept += 1) entry = entry?.previous;
  if (entry !== undefined) entry.previous = undefined;
  owner.length = most;
  owner.isCut = true;
  owner.lines = entriesOf(owner).filter((each) => lineOf(each) !== undefined).length;
};

/** Forgets the oldest lines of an instance that has very many. Its events stay. */
const thinLines = (owner: InstanceHistory, most: number): void => {
  let lines = 0;
  let after: Entry | undefined;
  for (let entry = owner.last; entry !== undefined; entry = entry.previous) {
    if (lineOf(entry) !== undefined) lines += 1;
    if (lineOf(entry) === undefined || lines <= most) after = entry;
    else if (after !== undefined) after.previous = entry.previous;
  }
  owner.length -= owner.lines - most;
  owner.lostLines += owner.lines - most;
  owner.lines = most;
};
