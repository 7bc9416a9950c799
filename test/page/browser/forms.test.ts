/** Forms of user tasks whose fields depend on one another. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { chain, end, other, process as processFile, start } from '../../engine/support/bpmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance } from './support/dev-page.ts';
import { chargeConnector } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

const form = JSON.stringify({
  ...{ id: 'book', type: 'default', schemaVersion: 18 },
  components: [
    { type: 'text', text: 'Dear {{name}}, {{#if nights > 6}}a whole week!{{/if}}' },
    { type: 'html', content: '<b>Bold</b> <script>document.title = "bad"</script>words' },
    { type: 'number', key: 'nights', label: 'Nights', validate: { max: '=most' } },
    { type: 'checkbox', key: 'meals', label: 'With meals' },
    { type: 'select', key: 'diet', label: 'Diet', conditional: { hide: '=not(meals)' }, valuesExpression: '=diets' },
    { type: 'textfield', key: 'code', label: '=if meals then "Kitchen code" else "Code"', readonly: '=locked' },
    { type: 'radio', key: 'room', label: 'Room', valuesKey: 'rooms' },
    { type: 'expression', key: 'total', expression: '=nights * 10' },
    { type: 'table', label: 'Prices', dataSource: '=prices', columns: [{ key: 'what' }, { key: 'price' }] },
  ],
});

const files = {
  'connectors.mjs': chargeConnector,
  'book.form': form,
  'trip.bpmn': processFile(
    'trip',
    ...chain(
      start('Start'),
      other('userTask', 'Book', {
        name: 'Book the trip',
        extensions: '<zeebe:userTask /><zeebe:formDefinition formId="book" />',
      }),
      end('Done'),
    ),
  ),
};

const discount = JSON.stringify({
  ...{ id: 'book', type: 'default', schemaVersion: 18 },
  components: [
    { type: 'number', key: 'discount', label: 'Discount in %', validate: { max: 50 } },
    { type: 'checkbox', key: 'agreed', label: 'Agreed' },
    {
      ...{ type: 'textfield', key: 'why', label: 'Why not?', validate: { required: true } },
      conditional: { hide: '=agreed' },
    },
    { type: 'radio', key: 'size', label: 'Size', values: [{ value: 'small' }], validate: { required: true } },
  ],
});

describe('forms on the page', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('fields, texts, options and computed values follow what is entered', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, files);
    const key = await startInstance(page, {
      ...{ name: 'Ada', most: 9, locked: true, code: 'X', diets: ['vegan', 'all'], rooms: ['single', 'double'] },
      prices: [{ what: 'night', price: 10 }],
    });
    await show('#/tasks');
    await page.getByRole('button', { name: 'Complete …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Complete Book the trip' });
    await dialog.getByText('Dear Ada,', { exact: true }).waitFor();
    await dialog.getByText(/^Bold .*words$/).waitFor();
    await dialog.getByRole('cell', { name: 'night' }).waitFor();
    assert.equal(await dialog.getByLabel('Diet').count(), 0, 'the diet is hidden');
    assert.equal(await dialog.getByLabel('Code').isDisabled(), true, 'the code is read-only');
    await dialog.getByLabel('double').check();

    await dialog.getByLabel('Nights').fill('10');
    await dialog.getByText('Dear Ada, a whole week!').waitFor();
    await dialog.getByText('total = 100, computed').waitFor();
    await dialog.getByLabel('With meals').check();
    await dialog.getByLabel('Diet').selectOption('vegan');
    await dialog.getByText('Kitchen code').waitFor();
    await dialog.getByRole('button', { name: 'Complete', exact: true }).click();
    await dialog.getByText('Nights must be at most 9.').waitFor();

    // The diet is hidden again, so it is not sent.
    await dialog.getByLabel('Nights').fill('7');
    await dialog.getByLabel('With meals').uncheck();
    await dialog.getByLabel('Diet').waitFor({ state: 'detached' });
    await dialog.getByText('total = 70, computed').waitFor();
    await dialog.getByRole('button', { name: 'Complete', exact: true }).click();
    await page.getByText('No user task is open.').waitFor();
    await show(`#/instance/${key}`);
    const variables = page.getByRole('region', { name: 'Variables' });
    await variables.getByText('70', { exact: true }).waitFor();
    await variables.getByText('"double"', { exact: true }).waitFor();
    assert.equal(await variables.getByRole('rowheader', { name: 'diet', exact: true }).count(), 0);
    assert.notEqual(await page.title(), 'bad');
    assert.deepEqual(complaints, []);
  });

  test('what is wrong stands at its field, and goes when the value is corrected or its field is hidden', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, { ...files, 'book.form': discount });
    await startInstance(page, {});
    await show('#/tasks');
    await page.getByRole('button', { name: 'Complete …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Complete Book the trip' });
    const complete = dialog.getByRole('button', { name: 'Complete', exact: true });
    const number = dialog.getByLabel('Discount in %');
    const tooMuch = dialog.getByText('Discount in % must be at most 50.');
    await number.fill('60');
    assert.equal(await tooMuch.count(), 0, 'nobody has tried to complete the form');

    await complete.click();
    await tooMuch.waitFor();
    assert.equal(await number.getAttribute('aria-invalid'), 'true');
    assert.equal(await number.getAttribute('aria-describedby'), await tooMuch.getAttribute('id'));
    await dialog.locator('input[type=number]:focus').waitFor();
    const reason = dialog.getByText('Why not? is required.');
    await reason.waitFor();

    await number.fill('10');
    await tooMuch.waitFor({ state: 'detached' });
    assert.equal(await number.getAttribute('aria-invalid'), null);
    await dialog.getByLabel('Agreed').check();
    await reason.waitFor({ state: 'detached' });
    const small = dialog.getByLabel('small');
    assert.equal(await small.getAttribute('aria-invalid'), 'true');
    await small.check();
    await dialog.getByText('Size is required.').waitFor({ state: 'detached' });
    await complete.click();
    await page.getByText('No user task is open.').waitFor();
    assert.deepEqual(complaints, []);
  });
});
