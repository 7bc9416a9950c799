/** The pictures of the page and of the trace in docs/dev.md and README.md. `npm run pictures` keeps them; any other run only checks that they are pictures. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { keepPicture } from '../../../scripts/pictures/keep.ts';
import { createEngine } from '../../../src/engine/index.ts';
import { type AnyOutbound, createRuntime } from '../../../src/index.ts';
import { createTrace } from '../../../src/testing/index.ts';
import { folderWith } from '../../cli/support/running.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  file,
  flow,
  process as processFile,
  processPart,
  serviceTask,
  start,
} from '../../engine/support/bpmn.ts';
import { call } from '../../runtime/inbound/support/http.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance } from './support/dev-page.ts';
import { chargeConnector, moduleHead } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

const connectors = `${chargeConnector}
export const reserve = defineOutbound({
  name: 'Reserve goods',
  type: 'reserve',
  input: v.object({ item: v.string(), pieces: v.number() }),
  output: v.object({ reserved: v.string() }),
  run: ({ item, pieces }, { logger }) => {
    logger.info('Reserving ' + pieces + ' of ' + item);
    return { reserved: pieces + ' × ' + item };
  },
});
`;

const order = file(
  processPart(
    'order',
    { name: 'Order' },
    ...chain(
      start('Ordered', { name: 'Order received' }),
      serviceTask('Reserve', { name: 'Reserve the goods', type: 'reserve' }),
      serviceTask('Charge', { name: 'Charge the card', type: 'charge', retries: '2' }),
      catchEvent('Shipped', { name: 'Parcel shipped', message: { name: 'shipped', correlationKey: '=orderId' } }),
      catchEvent('Week', { name: 'A week later', duration: 'P7D' }),
      end('Done', { name: 'Order done' }),
    ),
    boundary('Refused', 'Charge', { error: 'TOO_MUCH' }),
    end('Sorry', { name: 'Order refused' }),
    flow('Refused', 'Sorry'),
  ),
);

/** A push, and an approval by link. */
const inbound = `${moduleHead.replace('{ ', '{ defineWebhook, ')}
export const github = defineWebhook({
  name: 'github',
  path: '/hooks/github',
  auth: { type: 'github', secret: '{{secrets.GITHUB}}' },
  body: v.object({ ref: v.string() }),
  run: () => ({ publish: { messageName: 'pushed', correlationKey: '', variables: {} } }),
});
export const approval = defineInbound({
  name: 'approval',
  webhook: { body: v.object({ decision: v.picklist(['yes', 'no']) }), run: ({ body }) => body },
});
`;

const approval = processFile(
  'approval',
  ...chain(
    start('Requested'),
    serviceTask('Address', {
      type: '_activate_inbound_connector',
      inputs: { name: 'approval', correlation_key: '=order' },
    }),
    catchEvent('Decided', { message: { name: 'approval', correlationKey: '=order' } }),
    end('Done'),
  ),
);

/** The colours of a terminal, by their code. */
const colours: Readonly<Record<string, string>> = {
  '1': 'font-weight: 600; color: #f0f6fc',
  '2': 'color: #8b949e',
  '31': 'color: #ff7b72',
  '32': 'color: #7ee787',
  '33': 'color: #e3b341',
  '36': 'color: #79c0ff',
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Lines for a terminal as HTML. */
const terminalHtml = (lines: readonly string[]): string => {
  const text = lines.join('\n').replace(/[&<>]/g, (character) => escapes[character]!);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of colours begin with one
  const spans = text.replace(/\u001B\[(\d+)m/g, (_match, code: string) =>
    code === '0' ? '</span>' : `<span style="${colours[code] ?? ''}">`,
  );
  return `<body style="margin: 0"><pre style="display: inline-block; margin: 0; padding: 18px 22px; background: #0d1117; color: #d1d7e0; font: 13px/1.5 'DejaVu Sans Mono', monospace">${spans}</pre></body>`;
};

/** Runs instances of the order with a trace, and returns its lines as a terminal gets them. */
const traceLines = async (t: TestContext): Promise<readonly string[]> => {
  const folder = folderWith(t, { 'connectors.mjs': connectors });
  const { charge, reserve } = (await import(pathToFileURL(join(folder, 'connectors.mjs')).href)) as Readonly<
    Record<string, AnyOutbound>
  >;
  const lines: string[] = ['$ npx camunda-connectors dev ./connectors.ts --resource bpmn/'];
  const trace = createTrace({ write: (line) => lines.push(line), colours: true });
  const engine = await createEngine();
  t.after(() => engine.stop());
  await engine.deploy({ name: 'order.bpmn', content: order });
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const runtime = createRuntime({
    ...{ outbound: [charge!, reserve!], connection, signals: false, logger: trace.logger() },
  });
  await runtime.start();
  trace.engine(engine);
  const begin = (orderId: string, total: number): string =>
    engine.createInstance({ bpmnProcessId: 'order', variables: { orderId, item: 'lamp', pieces: 2, total } })
      .processInstanceKey;
  await engine.ended(begin('A-60', 60));
  const isShipping = engine.next((event) => event.kind === 'subscription:opened');
  begin('A-20', 20);
  await isShipping;
  engine.publishMessage({ name: 'shipped', correlationKey: 'A-20', variables: { parcel: 'P-7' } });
  const isStuck = engine.next((event) => event.kind === 'incident:created');
  begin('A-500', 500);
  await isStuck;
  await runtime.stop();
  return lines;
};

describe('pictures of the page and of the trace', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(async () => {
    await browser?.close();
  });

  const picture = async (page: Page, name: string, part?: string): Promise<void> => {
    const shown = part === undefined ? page : page.locator(part);
    const bytes = await shown.screenshot({ animations: 'disabled', caret: 'hide' });
    assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n', `${name} is a PNG`);
    assert.ok(bytes.length > 20_000, `${name} shows something`);
    keepPicture(name, bytes);
  };

  test('the trace of three orders', async (t) => {
    const lines = await traceLines(t);
    assert.match(lines.join('\n'), /BPMN error[\s\S]*"shipped" correlated[\s\S]*The card is refused/);
    const page = await browser.newPage({ deviceScaleFactor: 1, viewport: { width: 1100, height: 900 } });
    t.after(() => page.close());
    await page.setContent(terminalHtml(lines));
    await picture(page, 'trace', 'pre');
  });

  test('processes, an instance with an incident, and the way back', async (t) => {
    const { page, complaints, show } = await openDev(
      t,
      browser,
      { 'connectors.mjs': connectors, 'order.bpmn': order },
      ['--watch'],
    );
    await page.locator('.process .canvas[data-ready]').waitFor();
    for (const total of [20, 60, 35, 12]) {
      await startInstance(page, { orderId: `A-${total}`, item: 'lamp', pieces: 2, total });
      const last = page.locator(
        total > 50
          ? '.djs-element.is-done[data-element-id="Sorry"]'
          : '.djs-element.is-active[data-element-id="Shipped"]',
      );
      await last.waitFor();
      await show('#/processes');
      await page.locator('.process .canvas[data-ready]').waitFor();
    }
    await startInstance(page, { orderId: 'A-500', item: 'lamp', pieces: 25, total: 500 });
    await page.getByRole('region', { name: 'Incidents' }).getByText('The card is refused').waitFor();
    await page.locator('.djs-element.is-stuck').waitFor();
    await picture(page, 'page-instance');

    // The mark of bpmn.io is in view, and nothing covers it.
    const isOnTop = await page.evaluate(() => {
      // biome-ignore lint/suspicious/noExplicitAny: the types of the browser are not those of the tests
      const { document } = globalThis as any;
      const mark = document.querySelector('.bjs-powered-by').getBoundingClientRect();
      const found = document.elementFromPoint(mark.x + mark.width / 2, mark.y + mark.height / 2);
      return mark.width > 40 && found?.closest('.bjs-powered-by') !== null;
    });
    assert.equal(isOnTop, true);

    await show('#/processes');
    await page.locator('.process .canvas[data-ready]').waitFor();
    await page.locator('.djs-element.is-stuck').waitFor();
    await picture(page, 'page-processes');

    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Step back …' }).click();
    await page.getByRole('dialog').getByText('Start an instance of order').nth(2).click();
    await page
      .getByRole('dialog')
      .getByText(/What \d+ completed jobs did outside/)
      .waitFor();
    await picture(page, 'page-step-back');
    assert.deepEqual(complaints, []);
  });

  test('webhooks, callbacks that wait, and the last calls', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, {
      '.env': 'CAMUNDA_CONNECTORS_PORT=0\nSECRET_GITHUB=a-secret-of-the-picture\n',
      'connectors.mjs': inbound,
      'approval.bpmn': approval,
    });
    await startInstance(page, { order: 'A-20' });
    await show('#/webhooks');
    await page.getByText('has it in the variable callback_url').waitFor();
    const [address = ''] =
      /http:\S+/.exec(
        (await page
          .getByText(/POST http:\S+/)
          .first()
          .textContent()) ?? '',
      ) ?? [];
    const body = '{"ref":"refs/heads/main"}';
    const signature = createHmac('sha256', 'a-secret-of-the-picture').update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-github-event': 'push', 'x-github-delivery': 'd-1' };
    await call(address, { headers: { ...headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, body });
    await call(address, { headers: { ...headers, 'x-hub-signature-256': `sha256=${signature}` }, body });
    await page.getByText('published: pushed').waitFor();
    await page.getByRole('button', { name: 'Send the last call again' }).click();
    await page.getByText(/^Sent the call 2 again/).waitFor();
    await page.getByText('duplicate: pushed').waitFor();
    await picture(page, 'page-webhooks');
    assert.deepEqual(complaints, []);
  });
});
