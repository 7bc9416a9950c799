/** What the keys of the page do. Single letters act only while nothing that takes text has the focus. */
import { remember, remembered } from './parts/memory.ts';
import { go, linkTo } from './route.ts';

/** A key, and what it does in words. */
export interface KeyHelp {
  readonly keys: string;
  readonly text: string;
}

/** All keys, for the help. */
export const keyHelp: readonly KeyHelp[] = [
  { keys: '1 … 9', text: 'Show a view, in the order of the list' },
  { keys: 's', text: 'Start an instance of the process that is shown, or publish the message that starts it' },
  { keys: 'p', text: 'Publish a message' },
  { keys: 'r', text: 'Send the last call of a webhook or callback again' },
  { keys: '.', text: 'Move the clock to what is next' },
  { keys: 'b', text: 'Step back to the state before an action' },
  { keys: '[ and ]', text: 'Go through the path of an instance' },
  { keys: 'f', text: 'Fit the diagram into its frame' },
  { keys: '/', text: 'Filter' },
  { keys: 'F6', text: 'Go to the next part of the page' },
  { keys: '?', text: 'Show this help' },
];

/** The view that has the target of a key. */
const homes: Readonly<Record<string, string>> = {
  ...{ s: 'processes', p: 'messages', r: 'webhooks', '.': 'timers', '/': 'log' },
};

const memory = 'keys';

/** Whether single letters act. They can be switched off, because speech input types letters. */
export const areKeysOn = (): boolean => remembered(memory) !== 'off';

/** Switches the keys of single letters on or off, also for the next visit. */
export const switchKeys = (on: boolean): void => remember(memory, on ? 'on' : 'off');

/** A box to tick and a slider take no letters. Options of a list are chosen by letters. */
const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest(
    'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select, [contenteditable]',
  ) !== null;

/** Uses the element of a key: a field takes the focus, anything else is clicked. */
const use = (element: HTMLElement): void => {
  if (element instanceof HTMLInputElement) element.focus();
  else (element instanceof HTMLButtonElement ? element : element.querySelector('button'))?.click();
};

/** Moves the focus to the next of the three parts of the page: header, views, content. */
const nextRegion = (): void => {
  const parts = [
    document.querySelector<HTMLElement>('.rail a[aria-current], .rail a'),
    document.querySelector<HTMLElement>('main'),
    document.querySelector<HTMLElement>('.top button'),
  ].filter((part) => part !== null);
  const areas = parts.map((part) => part.closest('.rail, main, .top'));
  const current = areas.findIndex((area) => area?.contains(document.activeElement) === true);
  parts[(current + 1) % parts.length]?.focus();
};

/** What the keys can reach. */
interface Reach {
  /** The names of the views, in the order of the list. */
  readonly views: readonly string[];
  readonly showHelp: () => void;
}

const actionOf = (key: string, { views, showHelp }: Reach): (() => void) | undefined => {
  if (key === '?') return showHelp;
  if (!areKeysOn()) return undefined;
  const view = /^[1-9]$/.test(key) ? views[Number(key) - 1] : undefined;
  if (view !== undefined) return () => go(linkTo(view));
  switch (key) {
    case '[':
    case ']':
      return () => void dispatchEvent(new CustomEvent('step-in-path', { detail: key === '[' ? -1 : 1 }));
    case 'f':
      return () => void dispatchEvent(new CustomEvent('fit-diagram'));
  }
  const target = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (target !== null) return () => use(target);
  const home = homes[key];
  return home === undefined ? undefined : () => go(linkTo(home));
};

/**
 * Makes the keys work.
 *
 * @returns a function that ends it
 */
export const watchKeys = (reach: Reach): (() => void) => {
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]') !== null) return;
    const isLetter = event.key.length === 1 && !takesText(event.target);
    const action = event.key === 'F6' ? nextRegion : isLetter ? actionOf(event.key, reach) : undefined;
    if (action === undefined) return;
    // Otherwise the field that takes the focus would receive the letter.
    event.preventDefault();
    action();
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
};
