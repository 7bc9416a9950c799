import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance, waitsFor } from './support/dev-page.ts';
import { orderFiles } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

describe('changing an instance on the page', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('an instance moves to another element', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    await startInstance(page, { orderId: 'A-7', total: 20 });
    await waitsFor(page, /waits for the message "shipped"/).waitFor();
    await page.getByRole('button', { name: 'Modify …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Modify the instance' });
    await dialog.getByLabel('Activate').selectOption('Day');
    await dialog.getByLabel('Parcel shipped').check();
    await dialog.getByRole('button', { name: 'Modify', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.djs-element.is-active[data-element-id="Day"]').waitFor();
    await waitsFor(page, /A day later waits for a timer/).waitFor();
    assert.equal(await page.locator('.djs-element.is-active').count(), 1);
    assert.deepEqual(complaints, []);
  });

  test('the path shows the instance as it was at an earlier step, by pointer and by slider', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    await startInstance(page, { orderId: 'A-7', total: 20 });
    await waitsFor(page, /waits for the message "shipped"/).waitFor();
    await page.locator('.path').getByText('Charge the card entered').click();
    await page.getByText(/You look at step \d+ of \d+/).waitFor();
    await page.locator('.djs-element.is-active[data-element-id="Charge"]').waitFor();
    assert.equal(await page.locator('.djs-element[data-element-id="Shipped"].is-active').count(), 0);
    assert.deepEqual(await page.locator('.variables th[scope=row]').allTextContents(), ['orderId', 'total']);
    assert.match(page.url(), /\?element=Charge&step=\d+$/);

    // The address leads to the same step.
    await page.reload();
    await page.locator('.djs-element.is-active[data-element-id="Charge"]').waitFor();
    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.focus();
    await page.keyboard.press('End');
    await page.locator('.djs-element.is-active[data-element-id="Shipped"]').waitFor();
    assert.doesNotMatch(page.url(), /step=/);
    assert.deepEqual(complaints, []);
  });

  test('a job that failed shows its attempts, its log lines, and the stacks of its error without those of the library', async (t) => {
    const { page } = await openDev(t, browser, orderFiles);
    await startInstance(page, { orderId: 'A-7', total: 500 });
    const incident = page.getByRole('region', { name: 'Incidents' });
    await incident.getByText('The card is refused').waitFor();
    const job = page.locator('.jobs > li');
    await job.getByText('Attempt 1: failed').waitFor();
    // The engine knows of the failure before the connectors have sent the stack.
    await job.getByText('at Object.run').first().waitFor();
    const text = (await job.textContent()) ?? '';
    assert.match(text, /Input\{"orderId":"A-7","total":500\}|Input\{"total":500/);
    assert.match(text, /Error: The card is refused\s+at Object\.run \(.*connectors\.mjs:\d+:\d+\)/);
    assert.match(text, /Caused by: Error: The limit is 100/);
    assert.doesNotMatch(text, /src[\\/](?:runtime|cli)[\\/]/);
    assert.match(text, /Charging 500/);
  });

  test('a job without a connector is completed, or throws an error, by hand', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, {
      ...orderFiles,
      'order.bpmn': orderFiles['order.bpmn']!.replace('type="charge"', 'type="chrage"'),
    });
    await startInstance(page, { orderId: 'A-7' });
    await page.getByText('no loaded connector has this type').waitFor();
    await page.getByRole('button', { name: 'Complete …' }).click();
    await page.getByLabel('Variables (JSON)').fill('{ "paid": false }');
    await page.getByRole('button', { name: 'Complete', exact: true }).click();
    await page.locator('.djs-element.is-active[data-element-id="Shipped"]').waitFor();
    assert.match((await page.locator('.variables').textContent()) ?? '', /paidfalse/);

    await show('#/processes');
    await startInstance(page, { orderId: 'A-8' });
    await page.getByRole('button', { name: 'Throw an error …' }).click();
    await page.getByLabel('Error code').fill('TOO_MUCH');
    await page.getByRole('button', { name: 'Throw', exact: true }).click();
    await page.locator('.djs-element.is-done[data-element-id="Sorry"]').waitFor();
    await show('#/jobs');
    await page.getByText('Without a connector').click();
    assert.equal(await page.locator('.jobs > li').count(), 2);
    assert.deepEqual(complaints, []);
  });
});
