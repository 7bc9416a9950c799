/** What the terminal says about processes and waiting instances stands on the page as well. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance } from './support/dev-page.ts';
import { chargeConnector } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

/** A process with a job type that is misspelt, and one with an input that reads a variable that does not exist. */
const shop = (type: string): string =>
  processFile(
    'shop',
    ...chain(
      start('Start'),
      catchEvent('Told', { name: 'Order told', message: { name: 'order-told', correlationKey: '=orderId' } }),
      serviceTask('Pay', { name: 'Pay the order', type, inputs: { total: '=sum' }, retries: '1' }),
      end('Done'),
    ),
  );

const files = { 'connectors.mjs': chargeConnector, 'shop.bpmn': shop('chrage') };

describe('advice on the page', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('hints stand at the process and at the instance, and change with the files', async (t) => {
    const { page, folder, complaints, show } = await openDev(t, browser, files, ['--watch']);
    const hints = page.getByRole('region', { name: 'Hints' });
    await hints.getByText(/No loaded connector has the job type "chrage" of Pay .* Did you mean "charge"\?/).waitFor();
    await page.locator('.badge.hint').first().waitFor();
    await hints.getByRole('button', { name: /Warning · Pay the order/ }).click();
    await page.locator('.djs-element.is-selected[data-element-id="Pay"]').waitFor();
    await show('#/log');
    await page.getByText(/Warning: shop\.bpmn: no loaded connector has the job type "chrage"/).waitFor();

    // Both are about the event at which the instance is.
    await show('#/processes');
    await page.getByRole('button', { name: 'Start an instance' }).waitFor();
    await startInstance(page, { orderId: 'A' });
    await hints.getByText(/No inbound connector publishes the message "order-told"/).waitFor();

    writeFileSync(join(folder, 'models', 'shop.bpmn'), shop('charge'));
    await page.getByText('Version 2 is deployed.', { exact: false }).waitFor();
    await show('#/processes/shop');
    await hints.getByText(/Note · Order told/).waitFor();
    await hints.getByText(/chrage/).waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
  });

  test('the process says why its instances wait, and the incident why an input was null', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, { ...files, 'shop.bpmn': shop('charge') });
    const key = await startInstance(page, { orderId: 'A' });
    await show('#/processes');
    const waits = page.getByRole('region', { name: 'Why instances wait' });
    await waits.getByText(/Order told waits for the message "order-told" with the key "A"/).waitFor();
    await waits.getByRole('button', { name: /Order told 1 instance/ }).waitFor();

    await show('#/messages');
    await page.getByRole('region', { name: 'Awaited' }).getByRole('button', { name: 'Publish …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish a message' });
    await dialog.getByText('An example, made from what the process shop reads after the message.').waitFor();
    assert.match(await dialog.getByLabel('Variables (JSON)').inputValue(), /"sum": 1/);
    // Without the variable, the input is null.
    await dialog.getByLabel('Variables (JSON)').fill('{}');
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await show(`#/instance/${key}`);
    const incidents = page.getByRole('region', { name: 'Incidents' });
    await incidents
      .getByText(
        /The input total of Pay \(process shop\) is null, because "=sum" reads sum, which the instance does not have/,
      )
      .waitFor();
    await show('#/processes');
    await page.getByText('1 hint').first().waitFor();
    assert.deepEqual(complaints, []);
  });
});
