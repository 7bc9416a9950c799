import { type Entry, entriesOf, type InstanceHistory, lineOf } from './entry.ts';

/** Forgets the oldest entries of an instance that has very many. */
export const cutEntries = (owner: InstanceHistory, most: number): void => {
  let entry = owner.last;
  for (let kept = 1; kept < most; kept += 1) entry = entry?.previous;
  if (entry !== undefined) entry.previous = undefined;
  owner.length = most;
  owner.isCut = true;
  owner.lines = entriesOf(owner).filter((each) => lineOf(each) !== undefined).length;
};

/** Forgets the oldest lines of an instance that has very many. Its events stay. */
export const thinLines = (owner: InstanceHistory, most: number): void => {
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
