/** Instances of older versions on the page: they are migrated, or started anew. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { catchEvent, chain, end, type Part, process as processFile, start } from '../../engine/support/bpmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance } from './support/dev-page.ts';
import { chargeConnector } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

/** A process that waits at an event. */
const waiting = (event: string, more: readonly Part[] = []): string =>
  processFile(
    'parcel',
    ...chain(
      start('Sent'),
      catchEvent(event, { name: 'Parcel arrived', message: { name: 'arrived', correlationKey: '=id' } }),
      ...more,
      end('Done'),
    ),
  );

const files = { 'connectors.mjs': chargeConnector, 'parcel.bpmn': waiting('Arrived') };

describe('newer versions on the page', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('a changed file offers to migrate the running instances, and asks for elements without a counterpart', async (t) => {
    const { page, folder, complaints, show } = await openDev(t, browser, files, ['--watch']);
    await startInstance(page, { id: 'A' });
    await show('#/processes');
    await page.getByRole('button', { name: 'Start an instance' }).waitFor();
    const key = await startInstance(page, { id: 'B' });

    writeFileSync(join(folder, 'models', 'parcel.bpmn'), waiting('Arrived', [catchEvent('Day', { duration: 'P1D' })]));
    await page.getByText('Version 2 is deployed. This instance runs in an older one.').waitFor();
    await page.getByRole('button', { name: 'Migrate …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Migrate to version 2' });
    assert.equal(await dialog.getByRole('combobox').inputValue(), 'Arrived', 'the same id is the default');
    await dialog.getByRole('button', { name: 'Migrate' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('This instance runs in an older one.').waitFor({ state: 'detached' });
    await page.locator('.djs-element[data-element-id="Day"]').waitFor();

    // The other instance is left, with an event that has another id and another type.
    writeFileSync(join(folder, 'models', 'parcel.bpmn'), waiting('Come', [catchEvent('Day', { duration: 'P1D' })]));
    await show('#/processes/parcel');
    await page.getByText('2 instances run in an older version than version 3.').waitFor();
    await page.getByRole('button', { name: 'Migrate …' }).click();
    const second = page.getByRole('dialog', { name: 'Migrate to version 3' });
    await second.getByText('Found by its name and type.').waitFor();
    assert.equal(await second.getByRole('combobox').inputValue(), 'Come');
    const refused = second.locator('optgroup');
    assert.deepEqual(
      await refused.evaluateAll((groups) => groups.map((group) => (group as unknown as { label: string }).label)),
      [
        'Not possible: an intermediate catch event cannot become a start event',
        'Not possible: an event with a message cannot become an event with a timer',
        'Not possible: an intermediate catch event cannot become an end event',
      ],
    );
    assert.equal(await refused.locator('option:not([disabled])').count(), 0, 'nothing that is refused can be chosen');
    const migrate = second.getByRole('button', { name: 'Migrate' });
    await migrate.click();
    await second.waitFor({ state: 'detached' });
    await page.getByText(/run in an older version/).waitFor({ state: 'detached' });
    await page.getByText('2 active').first().waitFor();

    // A step back undoes it.
    await page.getByRole('button', { name: 'Step back …' }).click();
    await page.getByRole('dialog').getByText('Migrate 2 instances').waitFor();
    await page.keyboard.press('Escape');
    await show(`#/instance/${key}`);
    await page
      .getByRole('region', { name: 'Waits for' })
      .getByText(/Parcel arrived waits for the message/)
      .waitFor();
    assert.deepEqual(complaints, []);
  });

  test('an instance starts anew in the newer version, with the variables with which it began', async (t) => {
    const { page, folder, complaints, show } = await openDev(t, browser, files, ['--watch']);
    const key = await startInstance(page, { id: 'A' });
    writeFileSync(join(folder, 'models', 'parcel.bpmn'), waiting('Come'));
    await page.getByRole('button', { name: 'Start anew …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start anew in version 2' });
    await dialog.getByText(/What the connectors have done outside the engine remains/).waitFor();
    await dialog.getByRole('button', { name: 'Start anew' }).click();
    await page.locator('.djs-element.is-active[data-element-id="Come"]').waitFor();
    assert.ok(!page.url().includes(key), 'the new instance is shown');
    await page.getByRole('region', { name: 'Variables' }).getByText('"A"').waitFor();

    // A step back to the time before the change says that the file is newer than what is deployed then.
    await show('#/processes/parcel');
    await page.getByRole('button', { name: 'Step back …' }).click();
    const back = page.getByRole('dialog', { name: 'Step back' });
    await back.getByText('Start an instance of parcel').click();
    await back.getByRole('button', { name: 'Step back', exact: true }).click();
    const said = page.getByRole('dialog', { name: 'Stepped back' });
    const line = /takes back the deployment of models\/parcel\.bpmn, so the file is newer than what is deployed/;
    await said.getByText(line).waitFor();
    await said.getByRole('button', { name: 'OK' }).click();
    await said.waitFor({ state: 'detached' });
    await show('#/log');
    await page.getByText(line).waitFor();
    assert.deepEqual(complaints, []);
  });
});
