import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance } from './support/dev-page.ts';
import { orderFiles } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

describe('the page of dev in a browser', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('an instance that starts on the page shows its tokens, its path, its variables and what it waits for', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    await page.locator('.process .canvas[data-ready]').waitFor();
    await startInstance(page, { orderId: 'A-7', total: 20 });
    await page.getByText(/waits for the message "shipped"/).waitFor();
    const badge = (id: string): Promise<string | null> =>
      page.locator(`.djs-overlays[data-container-id="${id}"] .badge`).first().textContent();
    assert.equal(await badge('Shipped'), '1');
    assert.equal(await page.locator('.djs-element.is-active').getAttribute('data-element-id'), 'Shipped');
    assert.equal(await page.locator('.djs-element.is-done[data-element-id="Charge"]').count(), 1);
    assert.equal(await page.locator('.djs-connection.is-taken').count(), 2);
    assert.deepEqual(await page.locator('.variables th[scope=row]').allInnerTexts(), ['orderId', 'total', 'paid']);
    assert.match((await page.locator('.path').textContent()) ?? '', /Charge the card[\s\S]*\{"paid":true\}/);
    assert.deepEqual(complaints, []);
  });
});
