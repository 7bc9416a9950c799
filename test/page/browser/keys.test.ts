import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance, waitsFor } from './support/dev-page.ts';
import { orderFiles } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

/** Waits until the rail marks a view: a key changes the address, and the page follows. */
const marked = (page: Page, link: string): Promise<void> =>
  page.locator(`.rail a[aria-current][href="${link}"]`).waitFor();

/** The view that the page shows. */
const viewOf = (page: Page): Promise<string | null> => page.locator('.rail a[aria-current]').getAttribute('href');

describe('the keys of the page in a browser', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('an instance is started, followed and looked at with keys alone', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    await page.locator('.process .canvas[data-ready]').waitFor();
    await press('s');
    await page.getByRole('dialog', { name: 'Start order' }).waitFor();
    await page.getByLabel('Variables (JSON)').fill('{ "orderId": "7", "total": 20 }');
    await page.getByRole('button', { name: 'Start', exact: true }).press('Enter');
    await waitsFor(page, /waits for the message "shipped"/).waitFor();
    // The last line of its path: it says the same a second later.
    await page
      .locator('.path')
      .getByText(/waits for the message "shipped"/)
      .waitFor();
    const last = (await page.locator('.path [aria-current]').textContent()) ?? '';
    await press('[');
    await page.locator('.path [aria-current]', { hasNotText: last }).waitFor();
    await press(']');
    await page.locator('.path [aria-current]', { hasText: last }).waitFor();
    await press('p');
    await marked(page, '#/messages');
    assert.equal(await viewOf(page), '#/messages', 'the view with the button is shown');
    await page.getByRole('button', { name: 'Publish a message' }).waitFor();
    await press('p');
    await page.getByRole('dialog', { name: 'Publish a message' }).waitFor();
    await press('Escape');
    await press('2');
    await marked(page, '#/jobs');
    assert.equal(await viewOf(page), '#/jobs');
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    await press('/');
    await page.keyboard.type('s2p');
    assert.equal(await page.getByLabel('Filter').inputValue(), 's2p', 'letters in a field are text');
    assert.equal(await viewOf(page), '#/jobs');
    assert.deepEqual(complaints, []);
  });

  test('the help lists the keys and switches them off; F6 goes from part to part', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    await page.locator('.process .canvas[data-ready]').waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.getByText('Publish a message').waitFor();
    await help.getByLabel('Single letters, digits and signs act').uncheck();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('2');
    await page.keyboard.press('F6');
    assert.equal(await viewOf(page), '#/processes', 'the digit did nothing');
    const focused = async (): Promise<string> => {
      for (const part of ['.rail', 'main', '.top']) {
        if ((await page.locator(`${part}:focus, ${part} :focus`).count()) > 0) return part;
      }
      return 'none';
    };
    assert.equal(await focused(), '.rail');
    await page.keyboard.press('F6');
    assert.equal(await focused(), 'main');
    await page.keyboard.press('F6');
    assert.equal(await focused(), '.top');
    await page.keyboard.press('F6');
    assert.equal(await focused(), '.rail');
    assert.deepEqual(complaints, []);
  });

  test('the focus goes on where somebody works, and what is chosen is seen in colours of one own', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    const start = page.getByRole('button', { name: 'Start an instance' });
    await start.press('Enter');
    await page.getByRole('dialog', { name: 'Start order' }).waitFor();
    await press('Escape');
    await page.locator('button[data-key="s"]:focus').waitFor();
    const key = await startInstance(page, { orderId: '7', total: 20 });
    // The button with which it was started is gone.
    await page.locator('main:focus').waitFor();
    assert.equal(await page.title(), `Instance ${key} · camunda-connectors`);
    await page.getByRole('button', { name: 'Set …' }).press('Enter');
    await page.getByLabel('Variables (JSON)').fill('{ "total": 21 }');
    await page.getByRole('button', { name: 'Set', exact: true }).press('Enter');
    await page.locator('button:focus', { hasText: 'Set …' }).waitFor();
    await page.getByLabel('every event').check();
    await press('2');
    await marked(page, '#/jobs');

    await page.emulateMedia({ forcedColors: 'active' });
    await page.locator('.choice').waitFor();
    const styleOf = (selector: string, name: string): Promise<string> =>
      page.evaluate(
        ([wanted, property]) => {
          // biome-ignore lint/suspicious/noExplicitAny: the types of the browser are not those of the tests
          const { document, getComputedStyle } = globalThis as any;
          return getComputedStyle(document.querySelector(wanted))[property as string] as string;
        },
        [selector, name],
      );
    assert.equal(await styleOf('.choice label:has(:checked)', 'outlineStyle'), 'solid');
    await page.goBack();
    await page.locator('.instance .canvas[data-ready]').waitFor();
    await page.locator('.path [aria-current]').waitFor();
    assert.equal(await styleOf('.diagram', 'backgroundColor'), 'rgb(255, 255, 255)', 'the diagram keeps its colours');
    assert.equal(await styleOf('.path [aria-current]', 'outlineStyle'), 'solid');
    assert.deepEqual(complaints, []);
  });

  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 640],
  ] as const) {
    test(`axe finds nothing in any view, and nothing is cut off (${scheme}, ${width} pixels)`, async (t) => {
      const { page, show } = await openDev(t, browser, orderFiles);
      await page.setViewportSize({ width, height: 860 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      const key = await startInstance(page, { orderId: '7', total: 200 });
      await page
        .getByRole('region', { name: 'Incidents' })
        .getByText(/The card is refused/)
        .waitFor();
      // The page refuses scripts from elsewhere, so the text is evaluated.
      await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
      const views = ['processes', 'jobs', 'tasks', 'messages', 'timers', 'decisions', 'connectors', 'webhooks', 'log'];
      for (const link of [`instance/${key}`, ...views]) {
        await show(`#/${link}`);
        if (views.includes(link)) await marked(page, `#/${link}`);
        await page.locator('main h1').first().waitFor();
        const found = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
          // The drawing of bpmn-js; everything in it stands in the lists beside it, too.
          const { violations } = await axe.run({ exclude: ['.canvas'] });
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
        });
        assert.deepEqual(found, [], link);
        const hidden = await page.evaluate(() => {
          // biome-ignore lint/suspicious/noExplicitAny: the types of the browser are not those of the tests
          const { document } = globalThis as any;
          const parts = [document.documentElement, document.querySelector('main')];
          return parts.map(({ scrollWidth, clientWidth }: Record<string, number>) => scrollWidth! - clientWidth!);
        });
        assert.deepEqual(hidden, [0, 0], `${link} is wider than the window`);
      }
    });
  }
});
