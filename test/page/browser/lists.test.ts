import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { catchEvent, chain, end, other, process as processFile, start } from '../../engine/support/bpmn.ts';
import { decision, dmn, table } from '../../engine/support/dmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance, waitsFor } from './support/dev-page.ts';
import { chargeConnector, speakerConnector } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

const extensions = (xml: string): { readonly extensions: string } => ({ extensions: xml });

/** A person checks an order, a decision names a dish, a message says that it is paid, and a day passes. */
const dinner = processFile(
  'dinner',
  ...chain(
    start('Ordered'),
    other('userTask', 'Check', {
      name: 'Check the order',
      ...extensions(
        '<zeebe:userTask /><zeebe:formDefinition formId="check" /><zeebe:assignmentDefinition candidateGroups="clerks" />',
      ),
    }),
    other('businessRuleTask', 'Choose', {
      name: 'Choose a dish',
      ...extensions('<zeebe:calledDecision decisionId="dish" resultVariable="dish" />'),
    }),
    catchEvent('Paid', { name: 'Order paid', message: { name: 'order-paid', correlationKey: '=orderId' } }),
    catchEvent('Rung', { name: 'The bell', signal: 'bell' }),
    catchEvent('Day', { name: 'A day later', duration: 'P1D' }),
    end('Done'),
  ),
);

const form = JSON.stringify({
  ...{ id: 'check', type: 'default', schemaVersion: 16 },
  components: [
    { type: 'text', text: 'Please check the order.' },
    { type: 'textfield', key: 'orderId', label: 'Order id', validate: { required: true } },
    { type: 'number', key: 'guests', label: 'Guests', validate: { min: 1 } },
    { type: 'select', key: 'season', label: 'Season', values: [{ label: 'Cold', value: 'Winter' }] },
    { type: 'checkbox', key: 'approved', label: 'Approved' },
  ],
});

const files = {
  'connectors.mjs': chargeConnector,
  'dinner.bpmn': dinner,
  'check.form': form,
  'dish.dmn': readFileSync('examples/dmn/dish.dmn', 'utf8'),
};

describe('the lists of the page in a browser', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('a form is completed, a decision shows its rule, a message that almost fits is marked, and a timer fires', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, files, ['--test-clock']);
    await startInstance(page, { orderId: '7' });
    await waitsFor(page, /waits for the user task/).waitFor();

    await show('#/tasks');
    await page.getByText('candidates: group clerks').waitFor();
    await page.getByRole('button', { name: 'Assign …' }).click();
    await page.getByLabel('Assignee (empty: nobody)').fill('ada');
    await page.getByRole('button', { name: 'Assign', exact: true }).click();
    await page.getByText('Assigned to ada').waitFor();
    await page.getByRole('link', { name: 'Check the order' }).click();
    await page.getByText('Only the one that the address names.').waitFor();
    assert.match(page.url(), /#\/tasks\/\d+$/);
    const task = new URL(page.url()).hash;
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByRole('button', { name: 'Complete …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Complete Check the order' });
    await dialog.getByText('Please check the order.').waitFor();
    assert.equal(await dialog.getByLabel('Order id *').inputValue(), '7');
    await dialog.getByLabel('Guests').fill('0');
    await dialog.getByRole('button', { name: 'Complete', exact: true }).click();
    await dialog.getByText('Guests must be at least 1.').waitFor();
    await dialog.getByLabel('Guests').fill('4');
    await dialog.getByLabel('Season').selectOption({ label: 'Cold' });
    await dialog.getByLabel('Approved').check();
    await dialog.getByRole('button', { name: 'Complete', exact: true }).click();
    await page.getByText('No user task is open.').waitFor();
    await show(task);
    await page.getByText('It does not exist (any more).').waitFor();

    await show('#/decisions');
    const dish = page
      .locator('li')
      .filter({ has: page.getByText('dish', { exact: true }) })
      .first();
    await dish.getByText(/Rule \d matched/).waitFor();
    await dish.getByText('All rules').click();
    await dish.getByRole('row', { name: /^\d ✓ matched / }).waitFor();
    assert.equal(await dish.getByRole('row').filter({ hasText: 'matched' }).count(), 1);
    await dish.getByRole('columnheader', { name: 'Guests guests' }).waitFor();
    assert.match((await dish.textContent()) ?? '', /Guests\s*4/);

    await show('#/messages');
    await page.getByRole('button', { name: 'Publish a message' }).click();
    await page.getByLabel('Name').fill('order_paid');
    await page.getByLabel('Correlation key').fill('7');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page
      .getByText(/"order_paid" with the key "7" is buffered \(the name differs only in its separators\)/)
      .waitFor();
    const awaited = page.getByRole('region', { name: 'Awaited' });
    await awaited.getByRole('button', { name: 'Publish …' }).click();
    assert.equal(await page.getByLabel('Name').inputValue(), 'order-paid', 'the dialog has the name that is awaited');
    assert.equal(await page.getByLabel('Correlation key').inputValue(), '7');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await awaited.getByRole('button', { name: 'Broadcast …' }).click();
    await page.getByRole('dialog', { name: 'Broadcast the signal bell' }).waitFor();
    await page.getByRole('button', { name: 'Broadcast', exact: true }).click();
    await awaited.getByText('Nothing waits for a message').waitFor();

    await show('#/timers');
    const row = page.getByRole('row', { name: /A day later/ });
    await row.waitFor();
    assert.match((await row.getByRole('link').getAttribute('href')) ?? '', /#\/instance\/\d+\?element=Day$/);
    await page.getByRole('button', { name: 'Pause the clock' }).click();
    await page.getByText(/paused at/).waitFor();
    await page.getByRole('button', { name: '+ 1 h' }).click();
    await row.getByText(/^22 h/).waitFor();
    const kinds = page.getByRole('group', { name: 'What is due' });
    await kinds.getByText('Messages 0').click();
    await page.getByText('Nothing of this kind is due.').waitFor();
    await kinds.getByText('Timers 1').click();
    assert.match(page.url(), /#\/timers\?show=timers$/);
    await row.getByRole('button', { name: 'Fire now' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '+ 1 y' }).click();
    await page.getByRole('button', { name: 'Let the clock run' }).click();
    await page.locator('.clock', { hasText: /365 d .*ahead/ }).waitFor();
    await show('#/processes');
    await page.getByText('1 completed').first().waitFor();
    await startInstance(page, { orderId: '8' });
    const year = String(new Date(Date.now() + 365 * 86_400_000).getFullYear());
    await page.locator('.path .day', { hasText: year }).waitFor();
    await show('#/timers');
    await page.getByText('Nothing is due.').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('without a process, the page says what is deployed; a large value of a decision is shown as a whole when it is opened', async (t) => {
    const kept = table({ inputs: ['large'], outputs: ['kept'], rules: [['-', 'large']] });
    const { page, command, complaints, show } = await openDev(t, browser, {
      'connectors.mjs': chargeConnector,
      'check.form': form,
      'keep.dmn': dmn(decision('keep', kept)),
    });
    const deployed = page.getByRole('region', { name: 'What is deployed' });
    await deployed.getByText('The form check (check.form): a user task shows it.').waitFor();
    await deployed.getByText(/The decision keep.*: a business rule task evaluates it\./).waitFor();
    await deployed.getByText(/Fix: deploy a process that refers to them\./).waitFor();

    const [, rest = ''] = await command.prints(/REST API is at (http:\S+?),/);
    const evaluate = async (large: string): Promise<void> => {
      const evaluated = await page.context().request.post(`${rest}/v2/decision-definitions/evaluation`, {
        data: { decisionDefinitionId: 'keep', variables: { large } },
      });
      assert.equal(evaluated.status(), 200);
    };
    await evaluate('x'.repeat(100_000));
    await show('#/decisions');
    const values = page.locator('.cards > li details:not(.all-rules)');
    await values.first().waitFor();
    // The input, the output of the rule, and the output.
    assert.equal(await values.count(), 3);
    assert.ok(((await page.locator('.cards').textContent()) ?? '').length < 3_000, 'the list has only the beginnings');
    for (const index of [0, 1, 2]) {
      await values.nth(index).locator('summary').click();
      await values.nth(index).locator('pre', { hasText: 'xxx' }).waitFor();
      assert.ok(((await values.nth(index).locator('pre').textContent()) ?? '').length >= 100_000, 'the whole value');
    }

    // Of a long list, only what is near the screen is laid out, and what has the focus: the last one, whose values are open.
    for (let count = 1; count < 50; count += 1) await evaluate(String(count));
    const cards = page.locator('.cards > li');
    await cards.nth(49).waitFor();
    const showsOnly = (shown: number, skipped: number): Promise<unknown> =>
      page.evaluate(`new Promise((done, fail) => {
        let frames = 0;
        const isLaidOut = (index) =>
          document.querySelectorAll('.cards > li > strong')[index].checkVisibility({ contentVisibilityAuto: true });
        const look = () => {
          if (isLaidOut(${shown}) && !isLaidOut(${skipped})) done();
          else if (++frames > 600) fail(new Error('Card ${shown} must be laid out, and card ${skipped} must not.'));
          else requestAnimationFrame(look);
        };
        look();
      })`);
    await cards.nth(0).scrollIntoViewIfNeeded();
    await showsOnly(0, 48);
    await cards.nth(48).scrollIntoViewIfNeeded();
    await showsOnly(48, 0);
    assert.deepEqual(complaints, []);
  });

  test('a connector is tried with the form of its schema, and shows its result, its log and its error', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, {
      ...files,
      'connectors.mjs': chargeConnector + speakerConnector,
    });
    await show('#/connectors/charge');
    await page.getByLabel('total *').fill('20');
    await page.getByRole('button', { name: 'Run' }).click();
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByText('{"paid":true}').waitFor();
    await page.getByLabel('total *').fill('500');
    await page.getByRole('button', { name: 'Run' }).click();
    await result
      .getByText(/The card is refused/)
      .first()
      .waitFor();
    await result.getByText('Charging 500').waitFor();
    await page.getByLabel('as JSON').check();
    await page.getByLabel('Input (JSON)').fill('{ "total": -1 }');
    await page.getByRole('button', { name: 'Run' }).click();
    await result.getByText(/total/).first().waitFor();

    await show('#/connectors/speak');
    await page.getByLabel('text *').fill('');
    await page.getByLabel('tone *').selectOption('loud');
    const tags = page.getByRole('group', { name: 'tags' });
    for (const tag of ['a', 'b', 'c']) {
      await tags.getByRole('button', { name: 'Add to tags' }).click();
      await tags.getByRole('textbox').last().fill(tag);
    }
    await tags.getByRole('button', { name: 'Remove 2 of tags' }).click();
    await page.getByLabel('city *').fill('Ulm');
    await page.getByLabel('city *').fill('');
    await page.getByLabel('limits').fill('{ "day": 1,');
    await page.getByLabel('Which').selectOption('call');
    await page.getByLabel('number *').fill('7');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText('Nothing was run. Fix: correct the field that is marked.').waitFor();
    await page.getByLabel('limits').fill('{ "day": 1 }');
    await page.getByRole('button', { name: 'Run' }).click();
    await result
      .getByText('Saying {"text":"","tone":"loud","tags":["a","c"],"limits":{"day":1},"to":{"way":"call","number":7}}')
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Example' }).click();
    assert.equal(await page.getByLabel('limits').inputValue(), '', 'the example has no limits');
    await page.getByLabel('Operation').selectOption('Sing it');
    await page.getByLabel('song *').fill('la');
    await page.getByRole('button', { name: 'Run' }).click();
    await result.getByText('{"sung":"la!"}').first().waitFor();
    assert.match(page.url(), /operation=sing/);
    assert.deepEqual(complaints, []);
  });
});
