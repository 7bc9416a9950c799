/** Forms of user tasks whose fields depend on one another. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { chain, end, other, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance } from './support/dev-page.ts';
import { chargeConnector, moduleHead } from './support/order.ts';

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

const bookTask = other('userTask', 'Book', {
  name: 'Book the trip',
  extensions: '<zeebe:userTask /><zeebe:formDefinition formId="book" />',
});

const files = {
  'connectors.mjs': chargeConnector,
  'book.form': form,
  'trip.bpmn': processFile('trip', ...chain(start('Start'), bookTask, end('Done'))),
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

const guests = JSON.stringify({
  ...{ id: 'book', type: 'default', schemaVersion: 18 },
  components: [
    {
      type: 'text',
      text: '# Your trip\n\nSee **the rules** at [our page](https://a.example/rules), not [here](javascript:x).',
    },
    {
      ...{ type: 'dynamiclist', path: 'trip.guests', label: 'Guests', isRepeating: true, allowAddRemove: true },
      components: [
        { type: 'textfield', key: 'name', label: 'Name', validate: { required: true } },
        { type: 'checkbox', key: 'child', label: 'Child' },
        { type: 'number', key: 'age', label: 'Age', conditional: { hide: '=not(this.child)' } },
        { type: 'text', text: 'Guest {{i[1]}}: {{this.name}}' },
      ],
    },
    {
      ...{ type: 'group', path: 'invoice', label: 'Invoice' },
      components: [{ type: 'textfield', key: 'address.city', label: 'City' }],
    },
    {
      ...{ type: 'filepicker', key: 'papers', label: 'Papers', accept: '.txt, text/markdown', multiple: true },
      validate: { required: true },
    },
    { type: 'documentPreview', label: 'Chosen', dataSource: '=papers' },
    { type: 'separator' },
    { type: 'spacer', height: 20 },
    { type: 'image', source: 'https://a.example/plan.png', alt: 'A plan' },
    { type: 'iframe', url: 'https://a.example/map', label: 'Map' },
    { type: 'button', action: 'reset', label: 'Start again' },
    { type: 'button', action: 'submit', label: 'Book it' },
  ],
});

const guestFiles = {
  'connectors.mjs': `${moduleHead}
export const read = defineOutbound({
  name: 'Read papers',
  type: 'read',
  input: v.object({ papers: v.array(document()) }),
  output: v.object({ content: v.string() }),
  run: async ({ papers }) => ({ content: (await Promise.all(papers.map((paper) => paper.text()))).join(' and ') }),
});
`,
  'book.form': guests,
  'trip.bpmn': processFile(
    'trip',
    ...chain(start('Start'), bookTask, serviceTask('Read', { type: 'read' }), end('Done')),
  ),
};

/** Drops a file on what is in the middle of a field, as a person does: events that a script creates drop nothing. */
const dropFile = async (page: Page, field: Locator, path: string): Promise<void> => {
  await field.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await field.boundingBox())!;
  const at = { x: x + width / 2, y: y + height / 2, data: { items: [], files: [path], dragOperationsMask: 1 } };
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at });
  await session.detach();
};

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
    await dialog.getByLabel('With meals').check();
    await dialog.getByLabel('Diet').waitFor();

    // What is sent follows the last changes, although the button is pressed at once.
    await dialog.getByLabel('Nights').fill('8');
    await dialog.getByLabel('With meals').uncheck();
    await dialog.getByRole('button', { name: 'Complete', exact: true }).click();
    await page.getByText('No user task is open.').waitFor();
    await show(`#/instance/${key}`);
    const variables = page.getByRole('region', { name: 'Variables' });
    await variables.getByText('80', { exact: true }).waitFor();
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

  test('rows are added and removed, files become documents that connectors read, and texts are Markdown', async (t) => {
    const { page, folder, complaints, show } = await openDev(t, browser, guestFiles);
    const key = await startInstance(page, { invoice: { number: 7 } });
    await show('#/tasks');
    await page.getByRole('button', { name: 'Complete …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Complete Book the trip' });
    await dialog.getByRole('heading', { name: 'Your trip' }).waitFor();
    const link = dialog.getByRole('link', { name: 'our page' });
    assert.deepEqual(
      [await link.getAttribute('href'), await link.getAttribute('rel')],
      ['https://a.example/rules', 'noopener noreferrer'],
    );
    assert.equal(await dialog.getByRole('link', { name: 'here' }).count(), 0, 'no link to a script');
    await dialog.getByText('Frame Map').waitFor();
    assert.equal(await dialog.locator('img, iframe').count(), 0, 'nothing is loaded from elsewhere');

    // One row to begin with; what is hidden and shown depends on its own values.
    const row = (number: number) => dialog.getByRole('group', { name: `Row ${number} of Guests` });
    await row(1).getByLabel('Name').fill('Ada');
    await row(1).getByText('Guest 1: Ada').waitFor();
    assert.equal(await row(1).getByLabel('Age').count(), 0, 'Ada is no child');
    await dialog.getByRole('button', { name: 'Add a row to Guests' }).click();
    await row(2).getByLabel('Child').check();
    await row(2).getByLabel('Age').fill('8');
    await dialog.getByLabel('City').fill('Oslo');
    await dialog.getByRole('button', { name: 'Book it' }).click();
    await row(2).getByText('Name in row 2 is required.').waitFor();
    await dialog.getByText('Papers is required.').waitFor();
    await row(2).getByLabel('Name').fill('Bob');
    await row(2).getByText('Guest 2: Bob').waitFor();
    await dialog.getByRole('button', { name: 'Remove row 1 of Guests' }).click();
    await row(2).waitFor({ state: 'detached' });
    await row(1).getByText('Guest 1: Bob').waitFor();
    assert.equal(await row(1).getByLabel('Age').inputValue(), '8');

    const papers = dialog.getByLabel('Papers');
    const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await papers.setInputFiles([{ ...file('large.txt', ''), buffer: Buffer.alloc(10 * 1024 * 1024 + 1) }]);
    await dialog.getByText('Fix: choose a smaller file.').waitFor();
    await papers.setInputFiles([file('a.txt', 'first'), file('b.txt', 'second')]);
    const list = dialog.locator('.field', { has: page.getByLabel('Papers') });
    await list.getByRole('button', { name: 'Remove b.txt' }).waitFor();

    // The type of a file is checked, whether it is chosen or dropped.
    const [plan, third] = [join(folder, 'plan.pdf'), join(folder, 'c.txt')];
    writeFileSync(plan, 'a plan');
    writeFileSync(third, 'third');
    const refusal = 'is not one of .txt, text/markdown. Fix: choose a file of such a type.';
    await papers.setInputFiles([{ ...file('photo.png', ''), mimeType: 'image/png' }]);
    await list.getByText(`photo.png ${refusal}`).waitFor();
    await dropFile(page, papers, plan);
    await list.getByText(`plan.pdf ${refusal}`).waitFor();
    await dropFile(page, papers, third);
    await list.getByRole('button', { name: 'Remove c.txt' }).waitFor();
    assert.equal(await list.getByRole('alert').count(), 0, 'the message goes when a right file is taken');
    await list.getByRole('button', { name: 'Remove b.txt' }).click();
    const chosen = dialog.locator('.field', { hasText: 'Chosen' });
    await chosen.getByRole('link', { name: 'c.txt' }).waitFor();
    await chosen.getByRole('link', { name: 'b.txt' }).waitFor({ state: 'detached' });
    assert.deepEqual(await chosen.getByRole('link').allTextContents(), ['a.txt', 'c.txt']);
    const loading = page.waitForEvent('download');
    await chosen.getByRole('link', { name: 'a.txt' }).click();
    const download = await loading;
    assert.equal(download.suggestedFilename(), 'a.txt');
    await dialog.getByRole('button', { name: 'Book it' }).click();
    await page.getByText('No user task is open.').waitFor();

    await show(`#/instance/${key}`);
    const variables = page.getByRole('region', { name: 'Variables' });
    await variables.getByText('"first and third"').waitFor();
    const textOf = (name: string) =>
      variables.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    assert.match((await textOf('trip').textContent()) ?? '', /Bob/);
    assert.doesNotMatch((await textOf('trip').textContent()) ?? '', /Ada/);
    assert.match((await textOf('invoice').textContent()) ?? '', /Oslo/);
    assert.deepEqual(complaints, []);
  });

  test('a button of a form resets it', async (t) => {
    const { page, show } = await openDev(t, browser, guestFiles);
    await startInstance(page, { trip: { guests: [{ name: 'Ada' }] } });
    await show('#/tasks');
    await page.getByRole('button', { name: 'Complete …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Complete Book the trip' });
    await dialog.getByLabel('Name').fill('Bob');
    await dialog.getByText('Guest 1: Bob').waitFor();
    await dialog.getByRole('button', { name: 'Start again' }).click();
    await dialog.getByText('Guest 1: Ada').waitFor();
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'Ada');
  });
});
