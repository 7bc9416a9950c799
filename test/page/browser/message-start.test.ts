/** A process that only a message starts: the page offers what works, and nothing else. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { catchEvent, chain, end, process as processFile, start } from '../../engine/support/bpmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev } from './support/dev-page.ts';
import { moduleHead } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

const connectors = `${moduleHead.replace('{ ', '{ defineWebhook, ')}
export const orders = defineWebhook({
  name: 'orders',
  path: '/hooks/orders',
  auth: 'none',
  messages: { ordered: v.object({}) },
  run: () => ({ publish: { messageName: 'ordered', variables: {} } }),
});
`;

const model = (duration: string): string =>
  processFile(
    'order',
    ...chain(
      start('Ordered', { message: { name: 'ordered' } }),
      catchEvent('Wait', { duration: `=${duration}` }),
      end('Done'),
    ),
  );

const files = { '.env': 'CAMUNDA_CONNECTORS_PORT=0\n', 'connectors.mjs': connectors, 'order.bpmn': model('delay') };

describe('a process that a message starts', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('its message is published instead, and instances are migrated but not started anew', async (t) => {
    const { page, folder, command, complaints } = await openDev(t, browser, files, ['--watch']);
    await page
      .getByText(
        'To start an instance, call the webhook "orders" (POST /hooks/orders), which publishes the message "ordered", or publish the message "ordered".',
      )
      .waitFor();
    await page.getByRole('button', { name: 'Publish the message that starts it' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish a message' });
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'ordered');
    await page.waitForFunction(() => {
      const { document } = globalThis as unknown as {
        readonly document: { querySelector(selector: string): { readonly value: string } | null };
      };
      return document.querySelector('dialog textarea')?.value.includes('"delay"') === true;
    });
    await dialog.getByText('An example, made from what the process order reads after the message.').waitFor();
    await dialog.getByLabel('Variables (JSON)').fill('{ "delay": "PT1H", "later": "PT2H" }');
    await dialog.getByRole('button', { name: 'Example' }).click();
    assert.match(await dialog.getByLabel('Variables (JSON)').inputValue(), /"delay": null/);
    await dialog.getByLabel('Variables (JSON)').fill('{ "delay": "PT1H", "later": "PT2H" }');
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('1 active').first().waitFor();

    writeFileSync(join(folder, 'models', 'order.bpmn'), model('later'));
    await page.getByText('1 instance runs in an older version than version 2.').waitFor();
    await command.prints(/^1 instance of order runs in an older version: command migrate order\.$/m);
    const offered = ['Start an instance', 'Start anew …'].map((name) => page.getByRole('button', { name }).count());
    assert.deepEqual(await Promise.all(offered), [0, 0]);
    await page.getByRole('link', { name: /version 1/ }).click();
    await page.locator('tbody a.code').click();
    await page.getByText('Version 2 is deployed. This instance runs in an older one.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Start anew …' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Migrate …' }).count(), 1);
    assert.deepEqual(complaints, []);
  });
});
