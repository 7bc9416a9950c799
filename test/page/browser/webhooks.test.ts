import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { call } from '../../runtime/inbound/support/http.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { type DevPage, launch, openDev, startInstance } from './support/dev-page.ts';
import { moduleHead } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

const secret = 'whsec_of_the_browser';

const connectors = `${moduleHead.replace('{ ', '{ defineWebhook, ')}
export const bills = defineWebhook({
  name: 'bills',
  path: '/hooks/bills',
  auth: { type: 'stripe', secret: '{{secrets.STRIPE}}' },
  messages: { billed: v.object({}) },
  run: ({ body }) => ({ publish: { messageName: 'billed', correlationKey: body.id, variables: {} } }),
});
export const paid = defineInbound({
  name: 'paid',
  output: v.object({ paid: v.boolean() }),
  webhook: { body: v.object({ status: v.string() }), run: ({ body }) => ({ paid: body.status === 'paid' }) },
});
`;

const order = processFile(
  'order',
  ...chain(
    start('Ordered'),
    serviceTask('Address', {
      type: '_activate_inbound_connector',
      inputs: { name: 'paid', correlation_key: '=orderId' },
    }),
    catchEvent('Paid', { name: 'Order paid', message: { name: 'paid', correlationKey: '=orderId' } }),
    end('Done'),
  ),
);

const files = {
  '.env': `CAMUNDA_CONNECTORS_PORT=0\nSECRET_STRIPE=${secret}\n`,
  'connectors.mjs': connectors,
  'order.bpmn': order,
};

/** A request as Stripe signs it, some seconds ago. */
const signed = (id: string, secondsAgo: number) => {
  const body = JSON.stringify({ id });
  const time = Math.floor(Date.now() / 1000) - secondsAgo;
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${time},v1=${signature}` };
  return { headers, body };
};

const clipboardOf = ({ page }: DevPage): Promise<string> =>
  page.evaluate(() =>
    (
      globalThis as unknown as { navigator: { clipboard: { readText(): Promise<string> } } }
    ).navigator.clipboard.readText(),
  );

/** Presses a button that copies, and waits until it says that it has: for two seconds only. */
const copy = async (region: Locator, name: string): Promise<void> => {
  const button = region.getByRole('button', { name });
  const said = button.locator(':scope + [role=status]', { hasText: 'Copied.' });
  await Promise.all([said.waitFor(), button.click()]);
};

/** Everything that the page shows or could show. */
const contentOf = ({ page }: DevPage): Promise<string> => page.content();

describe('webhooks on the page in a browser', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  const open = async (...given: Parameters<typeof openDev>): Promise<DevPage> => {
    const dev = await openDev(...given);
    await dev.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: dev.origin });
    return dev;
  };

  test('105: endpoints and addresses of callbacks are copied, and a call of one appears with what it did', async (t) => {
    const dev = await open(t, browser, files);
    const { page, show, complaints } = dev;
    await show('#/webhooks');
    const endpoints = page.getByRole('region', { name: 'Endpoints' });
    await endpoints.getByText(/POST http:\/\/127\.0\.0\.1:\d+\/hooks\/bills/).waitFor();
    await endpoints.getByText('signature of Stripe').waitFor();
    await copy(endpoints, 'Copy the command of bills');
    assert.match(await clipboardOf(dev), /^time=.*curl .*\/hooks\/bills'.*\$SECRET_STRIPE/);
    await page.getByText('Nothing has been called.').waitFor();

    await show('#/processes/order');
    await startInstance(page, { orderId: '7' });
    await page
      .getByText(/Order paid waits for a call of its callback address \(variable callback_url\)/)
      .first()
      .waitFor();
    await show('#/messages');
    await page
      .getByRole('region', { name: 'Awaited' })
      .getByText('A call of the callback address of "paid" (variable callback_url) publishes "paid" with the key "7".')
      .waitFor();
    await show('#/webhooks');
    const waiting = page.getByRole('region', { name: 'Callbacks that wait' });
    await waiting.getByText('/callbacks/…').waitFor();
    assert.doesNotMatch(await contentOf(dev), /cb1\./, 'the address is not on the page before it is copied');
    await copy(waiting, 'Copy the address of paid, key 7');
    const address = await clipboardOf(dev);
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/callbacks\/cb1\.\S+$/);
    await copy(waiting, 'Copy the command of paid, key 7');
    const command = await clipboardOf(dev);
    assert.ok(command.includes(`'${address}'`) && command.includes('{\\"status\\":\\"status\\"}'), command);

    const json = { 'content-type': 'application/json' };
    assert.equal((await call(address, { headers: json, body: '{}' })).status, 422);
    const calls = page.getByRole('region', { name: 'Last calls' });
    await calls.getByRole('row', { name: /POST \/callbacks\/….*422.*invalid.*status/ }).waitFor();
    assert.equal((await call(address, { headers: json, body: '{"status":"paid"}' })).status, 200);
    await calls.getByRole('row', { name: /POST \/callbacks\/….*200.*published: paid with the key "7"/ }).waitFor();
    await waiting.getByText('No address of a callback waits for a call.').waitFor();
    const content = await contentOf(dev);
    assert.ok(!content.includes(secret) && !content.includes('cb1.'), 'no secret is on the page');

    await show('#/log');
    await page.getByText('The callback paid has an address for the key "7".').waitFor();
    await page.getByText('POST /callbacks/… -> 200, published: paid with the key "7"').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('135: a refused call shows why, and is sent again: signed anew, by its button or by a key', async (t) => {
    const dev = await open(t, browser, files);
    const { page, show, complaints } = dev;
    await show('#/webhooks');
    const endpoint = await page
      .getByText(/POST http:\S+/)
      .first()
      .textContent();
    const [address = ''] = /http:\S+/.exec(endpoint ?? '') ?? [];
    assert.equal((await call(address, signed('e-1', 400))).status, 401);
    const calls = page.getByRole('region', { name: 'Last calls' });
    const first = calls.getByRole('row', { name: /^1 .*401.*refused.*timestamp is outside the window/ });
    await first.getByRole('button', { name: 'Send again the call 1' }).click();
    await page.getByText('Sent the call 1 again, signed anew: POST /hooks/bills -> 200.').waitFor();
    await calls.getByRole('row', { name: /^2 .*200.*published: billed with the key "e-1"/ }).waitFor();

    await page.keyboard.press('1');
    await page.locator('.rail a[aria-current][href="#/processes"]').waitFor();
    await page.keyboard.press('r');
    await page.locator('.rail a[aria-current][href="#/webhooks"]').waitFor();
    await page.getByRole('button', { name: 'Send the last call again' }).waitFor();
    await page.keyboard.press('r');
    await page.getByText('Sent the call 2 again, signed anew: POST /hooks/bills -> 200.').waitFor();
    await calls.getByRole('row', { name: /^3 .*200.*duplicate: billed/ }).waitFor();

    await page.getByRole('button', { name: 'Step back …' }).click();
    const dialog = page.getByRole('dialog', { name: /Step back/ });
    await dialog.getByText('Send the last call again').waitFor();
    await dialog.getByText('Send the call 1 again').click();
    await dialog.getByRole('button', { name: /^Step back/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send again the call 3' }).click();
    await page.getByText('Sent the call 3 again, signed anew: POST /hooks/bills -> 200.').waitFor();
    await calls.getByRole('row', { name: /^4 .*200.*published: billed/ }).waitFor();
    assert.ok(!(await contentOf(dev)).includes(secret), 'no secret is on the page');
    assert.deepEqual(complaints, []);
  });

  test('webhooks and callbacks of changed connectors appear', async (t) => {
    const { page, show, command, folder } = await open(t, browser, files, ['--watch']);
    await command.prints(/Watching for changes\./);
    await show('#/webhooks');
    await page.getByText('signature of Stripe').waitFor();
    writeFileSync(
      `${folder}/connectors.mjs`,
      connectors.replaceAll('bills', 'invoices').replace(/auth: \{[^}]*\}\}' \}/, "auth: 'none'"),
    );
    await page.getByText(/POST http:\S+\/hooks\/invoices/).waitFor();
    await page.getByText('no authentication').waitFor();
  });
});
