import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance, waitsFor } from './support/dev-page.ts';
import { orderFiles } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

describe('going back on the page', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('an instance is stepped back to the state before an action, and goes another way', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    const key = await startInstance(page, { orderId: 'A-7', total: 20 });
    await waitsFor(page, /waits for the message "shipped"/).waitFor();

    // The variable decides what the event waits for, once the connector has run again.
    await page.getByRole('button', { name: 'Set …' }).click();
    await page.getByLabel('Variables (JSON)').fill('{ "total": 21 }');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.locator('.variables').getByText('21').waitFor();
    await page.getByRole('button', { name: 'Cancel the instance' }).click();
    await page.getByText('terminated', { exact: true }).first().waitFor();

    await page.getByRole('button', { name: 'Step back …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Step back' });
    await dialog.getByText('Start an instance of order').waitFor();
    const titles = await dialog.locator('.steps label > span:nth-child(2)').allTextContents();
    assert.deepEqual(titles.slice(0, 2), [`Cancel the instance ${key}`, 'Set total']);
    assert.match(titles[2] ?? '', /^Start an instance of order …?\d+$/);
    assert.ok((titles[2] ?? '').endsWith(key.slice(-4)), `${titles[2]} names the instance ${key}`);
    await dialog.getByText('No job has completed since.').waitFor();
    await dialog.getByText('Start an instance of order').click();
    assert.match(
      (await dialog.textContent()) ?? '',
      /What 1 completed job did outside the engine remains:charge of Charge/,
    );
    await dialog.getByText('Set total').click();
    await dialog.getByRole('button', { name: 'Step back', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });

    await page.locator('.variables').getByText('20', { exact: true }).waitFor();
    await waitsFor(page, /waits for the message "shipped"/).waitFor();
    assert.equal(await page.locator('.instance header .state').textContent(), 'active');

    // Another way: the connectors work again, and keys go on from the highest one.
    await page.getByRole('link', { name: 'Processes' }).click();
    const other = await startInstance(page, { orderId: 'A-8', total: 60 });
    await page.locator('.djs-element.is-done[data-element-id="Sorry"]').waitFor();
    assert.ok(BigInt(other) > BigInt(key) + 6n, `${other} follows ${key} and all keys of the other future`);

    await page.getByRole('button', { name: 'Step back …' }).click();
    await page.getByRole('dialog').getByText('Start an instance of order').first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Step back', exact: true }).click();
    await page.getByText('This instance does not exist any more since the step back.').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('two tabs: an action in one is not chosen in the other, and a reload leaves a step back alone', async (t) => {
    const { page, origin, show } = await openDev(t, browser, orderFiles);
    const key = await startInstance(page, { orderId: 'A-7', total: 20 });
    await waitsFor(page, /waits for the message "shipped"/).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${origin}/#/instance/${key}?element=Shipped`);
    await other.locator('.djs-element.is-selected[data-element-id="Shipped"]').waitFor();

    await page.getByRole('button', { name: 'Step back …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Step back' });
    await dialog.getByLabel('Start an instance of order').waitFor();
    await other.getByRole('button', { name: 'Set …' }).click();
    await other.getByLabel('Variables (JSON)').fill('{ "total": 21 }');
    await other.getByRole('button', { name: 'Set', exact: true }).click();
    await dialog.getByLabel('Set total').waitFor();
    assert.equal(await dialog.getByLabel('Start an instance of order').isChecked(), true);
    const answered = page.waitForRequest(/stepBack/);
    await dialog.getByRole('button', { name: 'Step back', exact: true }).click();
    await answered;
    // A reload can take back what the browser has not sent yet.
    await other.getByText('This instance does not exist any more since the step back.').waitFor();
    await page.reload();
    await page.getByText('This instance does not exist any more since the step back.').waitFor();
    await page.goBack();
    await page.getByText('0 active').first().waitFor();
    await page.goForward();
    await page.getByText('This instance does not exist any more since the step back.').waitFor();
    await show('#/processes');
    await startInstance(page, { orderId: 'A-8', total: 60 });
    await page.locator('.djs-element.is-done[data-element-id="Sorry"]').waitFor();
  });
});
