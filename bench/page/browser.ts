/** What somebody sees who has the page open in Chromium: how long it takes to open, and to show what was clicked. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chooseBrowser } from '../../test/template/browser/support/chromium.ts';
import { startChild } from '../child.ts';
import { figureOf, quantile, readable, table, withSpread } from '../measure.ts';
import type { Lap, ServerRequest } from './server.ts';

const running = 1_000;
const eventsPerSecond = 100;
const opens = 10;
const seconds = 30;

/** Runs in the page, before anything else: notes when the diagram is drawn with its numbers, and when each click is painted. */
const observe = `
globalThis.drawnAt = undefined;
globalThis.painted = [];
const look = () => {
  if (document.querySelector('.canvas[data-ready] .badge') === null) return;
  watching.disconnect();
  requestAnimationFrame(() => setTimeout(() => { globalThis.drawnAt = performance.now(); }));
};
const watching = new MutationObserver(look);
watching.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });
new PerformanceObserver((list) => {
  for (const { name, duration } of list.getEntries()) if (name === 'click') globalThis.painted.push(duration);
}).observe({ type: 'event', durationThreshold: 16 });
`;

const open = async (browser: Browser, address: string): Promise<{ readonly page: Page; readonly drawn: number }> => {
  // What observes the page is evaluated in it, which its policy forbids.
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, bypassCSP: true });
  const page = await context.newPage();
  await page.addInitScript(observe);
  await page.goto(address);
  const handle = await page.waitForFunction('globalThis.drawnAt');
  return { page, drawn: Number(await handle.jsonValue()) };
};

/** What is clicked in turn, and what shows that it is there. */
const steps: readonly (readonly [click: string, shown: string])[] = [
  ['nav.rail a[href="#/jobs"]', 'section[aria-label="Jobs"] h1'],
  ['nav.rail a[href="#/processes"]', '.process .canvas[data-ready]'],
  ['.process tbody tr:first-child a', '.instance .canvas[data-ready]'],
  ['nav.rail a[href="#/log"]', '.log .line'],
  ['nav.rail a[href="#/messages"]', 'section[aria-label="Messages"] h1'],
  ['nav.rail a[href="#/processes"]', '.process .canvas[data-ready]'],
];

/** Milliseconds from a click until what it asks for is on the page. */
const timeClick = async (page: Page, click: string, shown: string): Promise<number> => {
  await page.evaluate(`{
    globalThis.shown = new Promise((resolve) => addEventListener('click', ({ timeStamp }) => {
      const look = () => {
        if (document.querySelector(${JSON.stringify(shown)}) === null) requestAnimationFrame(look);
        else requestAnimationFrame(() => resolve(performance.now() - timeStamp));
      };
      requestAnimationFrame(look);
    }, { once: true, capture: true }));
  }`);
  // Rows move while instances start, so nobody waits until they stand still.
  await page.locator(click).first().click({ force: true, timeout: 10_000 });
  return Number(await page.evaluate('globalThis.shown'));
};

/** Clicks while the engine works. */
const clickAround = async (
  page: Page,
  isOver: () => boolean,
): Promise<{ readonly painted: readonly number[]; readonly shown: readonly number[] }> => {
  const shown: number[] = [];
  while (!isOver()) for (const step of steps) shown.push(await timeClick(page, ...step));
  const slow = (await page.evaluate('globalThis.painted')) as readonly number[];
  // Clicks that are painted within 16 ms are not reported.
  return { painted: [...slow, ...new Array<number>(Math.max(0, shown.length - slow.length)).fill(16)], shown };
};

/**
 * @param path where a compiled file of the benchmark is
 */
export const browserTable = async (path: (file: string) => string): Promise<string> => {
  const chosen = chooseBrowser(process.env, existsSync);
  if (chosen.kind !== 'found') return `The browser was left out: ${chosen.reason}.`;
  const server = await startChild(path('page/server.ts'), { args: ['page'] });
  const address = String(server.greeting);
  const ask = (asked: ServerRequest): Promise<Lap> => server.ask<Lap>(asked);
  const browser = await chromium.launch({ executablePath: chosen.path, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    await ask({ do: 'run', instances: 200, atOnce: 64 });
    await ask({ do: 'wait', instances: running });
    const drawn: number[] = [];
    for (let index = 0; index < opens; index += 1) {
      const { page, drawn: took } = await open(browser, address);
      drawn.push(took);
      await page.context().close();
    }
    const { page } = await open(browser, address);
    let isOver = false;
    const pacing = ask({ do: 'pace', events: eventsPerSecond, seconds }).then(() => {
      isOver = true;
    });
    const { painted, shown } = await clickAround(page, () => isOver);
    await pacing;
    const [first, ...others] = drawn;
    const row = (name: string, values: readonly number[]): readonly string[] => [
      ...[name, withSpread(figureOf(values)), readable(quantile(values, 0.95))],
    ];
    return [
      `Chromium, with ${running} running instances; ${shown.length} clicks during ${eventsPerSecond} events a second. The page was opened ${opens} times; the first time took ${readable(first!)} ms.`,
      '',
      table(
        ['what', 'ms, median', 'ms, 95th percentile'],
        [
          row('from opening to the diagram with its numbers', others),
          row('from a click to the next paint', painted),
          row('from a click to the view that was asked for, with its data', shown),
        ],
      ),
    ].join('\n');
  } finally {
    await browser.close();
    await server.stop();
  }
};
