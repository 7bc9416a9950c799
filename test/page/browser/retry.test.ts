import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance, waitsFor } from './support/dev-page.ts';
import { orderFiles } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

describe('retrying jobs on the page', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  const source = orderFiles['connectors.mjs']!;

  test('a failing connector is edited on disk, and its job runs again with it', async (t) => {
    const { page, folder } = await openDev(t, browser, orderFiles, ['--watch']);
    await startInstance(page, { orderId: 'A-7', total: 500 });
    const incidents = page.getByRole('region', { name: 'Incidents' });
    await incidents.getByText('The card is refused').waitFor();

    // What cannot be loaded leaves the connector as it was, and says why.
    writeFileSync(join(folder, 'connectors.mjs'), `${source}\nexport const broken = ;\n`);
    await incidents.getByRole('button', { name: 'Retry with the edited connector' }).click();
    await page
      .getByRole('alert')
      .getByText(/cannot be loaded/)
      .waitFor();

    writeFileSync(
      join(folder, 'connectors.mjs'),
      source.replace('total > 100', 'total > 1000').replace('total > 50', 'total > 900'),
    );
    await incidents.getByRole('button', { name: 'Retry with the edited connector' }).click();
    await page.locator('.djs-element.is-active[data-element-id="Shipped"]').waitFor();
    await incidents.waitFor({ state: 'detached' });
    const jobs = page.locator('.jobs');
    await jobs.getByText(/earlier attempt/).waitFor();
    // While connectors are replaced, those before can receive the job and hand it back.
    await jobs.getByText(/Attempt [23]: completed/).waitFor();
  });

  test('the page says that the connectors have stopped, until changed ones work', async (t) => {
    const fatal = source.replace(
      "throw new Error('The card is refused'",
      "process.exit(7);\n    throw new Error('Never'",
    );
    const { page, folder } = await openDev(t, browser, { ...orderFiles, 'connectors.mjs': fatal }, ['--watch']);
    const state = page.locator('.link');
    await startInstance(page, { orderId: 'A-7', total: 500 });
    await state.getByText('the connectors have stopped').waitFor();
    writeFileSync(join(folder, 'connectors.mjs'), source);
    await state.getByText('live').waitFor();
  });

  test('without a watch, a job runs again with the same connector', async (t) => {
    const { page } = await openDev(t, browser, orderFiles);
    await startInstance(page, { orderId: 'A-7', total: 500 });
    const incidents = page.getByRole('region', { name: 'Incidents' });
    await incidents.getByText('The card is refused').waitFor();
    await page.getByRole('button', { name: 'Set …' }).click();
    await page.getByLabel('Variables (JSON)').fill('{ "total": 5 }');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.locator('.variables').getByText('5', { exact: true }).waitFor();
    await incidents.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.locator('.djs-element.is-active[data-element-id="Shipped"]').waitFor();
  });

  test('the header leads to the instances with incidents; one without a job is resolved', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, orderFiles);
    await startInstance(page, { total: 5 });
    await page
      .getByRole('region', { name: 'Incidents' })
      .getByText(/No variable found for 'orderId'/)
      .first()
      .waitFor();
    await show('#/processes');
    await startInstance(page, { orderId: 'A-8', total: 5 });
    await page.getByRole('link', { name: '⚠ 1 incident' }).click();
    await page.getByLabel('With incidents').and(page.locator(':checked')).waitFor();
    await page.locator('tbody .state', { hasText: 'incident' }).waitFor();
    await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' });
    assert.deepEqual(await page.locator('tbody .state').allTextContents(), ['incident']);
    await page.locator('tbody a.code').click();
    const incidents = page.getByRole('region', { name: 'Incidents' });
    await page.getByRole('button', { name: 'Set …' }).click();
    await page.getByLabel('Variables (JSON)').fill('{ "orderId": "A-7" }');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.locator('.variables').getByText('"A-7"').waitFor();
    await incidents.getByRole('button', { name: 'Resolve' }).click();
    await incidents.waitFor({ state: 'detached' });
    await waitsFor(page, /waits for the message "shipped" with the key "A-7"/).waitFor();
    assert.deepEqual(complaints, []);
  });
});
