import { inspect } from 'node:util';
import { printable } from '../../common/printable.ts';
import type { TraceEntry } from './types.ts';

type Paint = Readonly<Record<'dim' | 'bold' | 'green' | 'red' | 'cyan' | 'yellow', (text: string) => string>>;

/** Functions that add ANSI colours, or that leave text unchanged. */
const paintFor = (isColoured: boolean): Paint => {
  const colour =
    (code: number) =>
    (text: string): string =>
      isColoured ? `\u001B[${code}m${text}\u001B[0m` : text;
  return { dim: colour(2), bold: colour(1), green: colour(32), red: colour(31), cyan: colour(36), yellow: colour(33) };
};

const longest = 200;

/** An address of up to this length is shown whole: a part of one looks whole when it is copied, and leads nowhere. */
const longestAddress = 2_048;

/** How many characters an address counts for, so that it leaves a place for what follows. */
const addressCost = 40;

const address = /https?:\/\/[^\s'"`]+/g;

/** Where to cut a text: never inside an address. */
const cutOf = (text: string): number => {
  let left = longest;
  let at = 0;
  for (const { index, 0: found } of text.matchAll(address)) {
    const before = index - at;
    if (left <= before) break;
    if (found.length > longestAddress) return index;
    left -= before + Math.min(found.length, addressCost);
    at = index + found.length;
    if (left <= 0) return at;
  }
  return Math.min(text.length, at + left);
};

/** A value as JavaScript on one line, however deep it is nested, cut if it is long. */
const show = (value: unknown): string => {
  const text = printable(inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 10 }));
  const cut = cutOf(text);
  return cut < text.length ? `${text.slice(0, cut)} …` : text;
};

const oneLine = (text: string): string => printable(text).replace(/\s*\n\s*/g, ' | ');

const attemptText = (attempt: number): string => (attempt === 1 ? '' : `(attempt ${attempt}) `);

const failureText = ({ message, attemptsLeft, pause }: TraceEntry & { readonly kind: 'failed' }): string => {
  if (attemptsLeft === 0) return oneLine(message);
  const left = attemptsLeft === 1 ? '1 attempt left' : `${attemptsLeft} attempts left`;
  return `(${left}${pause > 0 ? `, the next in ${pause / 1000} s` : ''}) ${oneLine(message)}`;
};

/** What an entry says, without its place. */
const sayingOf = (entry: TraceEntry, paint: Paint): string => {
  switch (entry.kind) {
    case 'started':
      return `with ${show(entry.variables)}`;
    case 'completed':
      return `${paint.green('completed')} with ${show(entry.variables)}`;
    case 'terminated':
      return paint.yellow('terminated');
    case 'entered':
      return paint.dim('entered');
    case 'timer':
      return paint.cyan('timer fired');
    case 'input':
      return `${paint.dim('input ')} ${attemptText(entry.attempt)}${show(entry.variables)}`;
    case 'result':
      return `${paint.dim('result')} ${show(entry.variables)}`;
    case 'bpmnError':
      return `${paint.cyan('BPMN error')} ${printable(entry.code)}: ${oneLine(entry.message)}`;
    case 'failed':
      return `${paint.red('failed')} ${failureText(entry)}`;
    case 'incident':
      return `${paint.red('incident')} ${entry.type}${entry.message === '' ? '' : `: ${oneLine(entry.message)}`}`;
    case 'resolved':
      return 'incident resolved';
    case 'activated':
      return `activated, will publish "${printable(entry.messageName)}"`;
    case 'published': {
      const key = entry.correlationKey === '' ? '' : ` with the key "${printable(entry.correlationKey)}"`;
      return `${paint.cyan(`message "${printable(entry.messageName)}"${key}`)} ${show(entry.variables)}`;
    }
    case 'correlated':
      return paint.cyan(`message "${printable(entry.messageName)}" correlated`);
    case 'signal':
      return `${paint.cyan(`signal "${printable(entry.signalName)}"`)} ${show(entry.variables)}`;
    case 'userTask':
      return entry.state === 'created'
        ? 'user task, waits for a person'
        : `user task completed with ${show(entry.variables)}`;
    case 'decision':
      return entry.failure === undefined
        ? `decision ${printable(entry.decisionId)}: ${show(entry.output)}`
        : `${paint.red('failed')} decision ${printable(entry.decisionId)}: ${oneLine(entry.failure)}`;
    case 'log':
      return paint[entry.level === 'error' ? 'red' : entry.level === 'warn' ? 'yellow' : 'green'](oneLine(entry.text));
    case 'connection':
      return oneLine(entry.text);
  }
};

/** Numbers instances, because their keys differ only in the last digits. */
const createNumbers = (): ((key: string) => number) => {
  const numbers = new Map<string, number>();
  return (key) => {
    const number = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, number);
    return number;
  };
};

const width = 16;

/**
 * Creates the function that writes entries as text: a heading for each instance, and below it a line for everything that happens
 * in it. If lines of several instances alternate, the headings are repeated.
 */
export const createTextWriter = (write: (line: string) => void, isColoured: boolean): ((entry: TraceEntry) => void) => {
  const paint = paintFor(isColoured);
  const numberOf = createNumbers();
  /** The instance whose lines are being written. */
  let current: string | undefined;

  const heading = (entry: TraceEntry, key: string): string =>
    `${paint.dim(`#${numberOf(key)}`)} ${paint.bold(printable(entry.bpmnProcessId ?? ''))}`;

  const moveTo = (entry: TraceEntry, key: string): void => {
    if (current === key) return;
    current = key;
    write(`\n${heading(entry, key)} ${paint.dim('goes on')}`);
  };

  return (entry) => {
    const { processInstanceKey: key, connector = '', elementId = '' } = entry;
    const saying = sayingOf(entry, paint);
    if (entry.kind === 'connection') return write(saying);
    if (entry.kind === 'started' && key !== undefined) {
      current = key;
      return write(`\n${heading(entry, key)} ${saying}`);
    }
    if ((entry.kind === 'completed' || entry.kind === 'terminated') && key !== undefined) {
      moveTo(entry, key);
      return write(`  ${saying}`);
    }
    if (key !== undefined) moveTo(entry, key);
    // A line of a logger stands below that of its job.
    const isLog = entry.kind === 'log';
    const who = isLog ? '' : printable(connector);
    const where = isLog ? '' : printable(elementId);
    // Longer names keep a blank before what follows.
    write(`    ${who.padEnd(width - 1)} ${where.padEnd(width - 1)} ${saying}`);
  };
};
