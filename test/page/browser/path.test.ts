import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { runCommand } from '../../cli/support/running.ts';
import { catchEvent, chain, end, file, processPart, serviceTask, start } from '../../engine/support/bpmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance, waitsFor } from './support/dev-page.ts';
import { moduleHead, orderFiles } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

/** Signs of HTML, quotes, letters beyond 16 bits, and letters from right to left. */
const hostileName = `<b>"R&D"</b> 'it' 🍋 \u202Eturned עברית`;

/** A file with a diagram for each of its two processes. */
const twoDiagrams = file(
  processPart('first', { name: 'First' }, ...chain(start('First'), end('FirstEnd'))),
  processPart('second', { name: 'Second' }, ...chain(start('Second'), end('SecondEnd'))),
).replace(
  '</bpmn:definitions>',
  `${[
    ['first', 'First'],
    ['second', 'Second'],
  ]
    .map(
      ([id, shape]) =>
        `<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><bpmndi:BPMNPlane bpmnElement="${id}"><bpmndi:BPMNShape bpmnElement="${shape}"><dc:Bounds x="0" y="0" width="36" height="36"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>`,
    )
    .join('')}</bpmn:definitions>`,
);

const hostileFiles = {
  'connectors.mjs': `${moduleHead}
export const noisy = defineOutbound({
  name: ${JSON.stringify(hostileName)},
  type: 'noisy',
  input: v.object({}),
  run: (_input, { logger }) => {
    for (let line = 0; line < 10000; line += 1) logger.info('line ' + line + ${JSON.stringify(hostileName)});
    return { large: 'x'.repeat(1000000), id: 9007199254740993n };
  },
});
`,
  'hostile.bpmn': file(
    processPart(
      'hostile',
      { name: hostileName },
      ...chain(
        start('Start', { name: hostileName }),
        serviceTask('Noise', { name: hostileName, type: 'noisy' }),
        catchEvent('Told', { name: hostileName, message: { name: hostileName, correlationKey: '=string(id)' } }),
        end('Done'),
      ),
    ),
  ),
  'two.bpmn': twoDiagrams,
};

describe('the page of dev in a browser', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('an instance that starts on the page shows its tokens, its path, its variables and what it waits for', async (t) => {
    const { page, complaints } = await openDev(t, browser, orderFiles);
    await page.locator('.process .canvas[data-ready]').waitFor();
    await startInstance(page, { orderId: 'A-7', total: 20 });
    await waitsFor(page, /waits for the message "shipped"/).waitFor();
    const badge = (id: string): Promise<string | null> =>
      page.locator(`.djs-overlays[data-container-id="${id}"] .badge`).first().textContent();
    assert.equal(await badge('Shipped'), '1');
    assert.equal(await page.locator('.djs-element.is-active').getAttribute('data-element-id'), 'Shipped');
    assert.equal(await page.locator('.djs-element.is-done[data-element-id="Charge"]').count(), 1);
    assert.equal(await page.locator('.djs-connection.is-taken').count(), 2);
    assert.deepEqual(await page.locator('.variables th[scope=row]').allInnerTexts(), ['orderId', 'total', 'paid']);
    assert.match((await page.locator('.path').textContent()) ?? '', /Charge the card[\s\S]*\{"paid":true\}/);

    // What happens in another instance is not read as if it concerned this one, and of this one only new steps are read.
    const started = (orderId: string, total: number): Promise<unknown> =>
      page.evaluate(
        (body) => fetch('/do/start', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
        JSON.stringify({ processId: 'order', variables: { orderId, total } }),
      );
    const nextRead = () => page.waitForResponse((response) => response.url().includes('/data/instance?'));
    const statuses: number[] = [];
    // The first read may be about the line of the log that says what this instance waits for.
    while (!statuses.includes(304) && statuses.length < 20) {
      const read = nextRead();
      await started(`B-${statuses.length}`, 20);
      statuses.push((await read).status());
    }
    assert.ok(statuses.includes(304), `the reads were answered with ${statuses.join()}`);
    const steps = page.locator('.path li');
    const before = await steps.count();
    const added = page.waitForResponse(
      (response) => /instance\?key=\d+&has=\d+-\d+$/.test(response.url()) && response.status() === 200,
    );
    await page.getByRole('button', { name: 'Set …' }).click();
    await page.getByLabel('Variables (JSON)').fill('{ "total": 21 }');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    const { history, historyLength } = (await (await added).json()) as {
      readonly history: readonly unknown[];
      readonly historyLength: number;
    };
    assert.ok(history.length < historyLength, `${history.length} of ${historyLength} steps were read`);
    await page.locator('.variables').getByText('21').waitFor();
    assert.ok((await steps.count()) >= before, 'the steps from before are still there');
    assert.match((await page.locator('.path').textContent()) ?? '', /Charge the card[\s\S]*\{"paid":true\}/);
    assert.deepEqual(complaints, []);
  });

  test('an instance looks as it is, whatever names, values and log lines it has', async (t) => {
    const { page, complaints, show } = await openDev(t, browser, hostileFiles);
    await page.getByRole('link', { name: /^Second/ }).click();
    await page.locator('.djs-element[data-element-id="Second"]').waitFor();
    assert.equal(
      await page.locator('.djs-element[data-element-id="First"]').count(),
      0,
      'the other process of the file',
    );

    await show('#/processes/hostile');
    await page.getByRole('heading', { name: hostileName, exact: true }).waitFor();
    await startInstance(page, {});
    await page
      .getByText('9500 older log lines left out.', { exact: false })
      .or(page.getByText(/^\d+ older log lines/))
      .first()
      .waitFor();
    await page.locator('.djs-element.is-active[data-element-id="Told"]').waitFor();
    assert.equal(
      (await page.locator('.djs-element.is-done').count()) >= 2,
      true,
      'the elements before are still known',
    );
    assert.match((await page.locator('.path').textContent()) ?? '', /started/);
    assert.equal(await page.locator('main b, main script, main img').count(), 0, 'no name is HTML');
    const row = page.locator('.variables tr', { has: page.getByRole('rowheader', { name: 'large', exact: true }) });
    await row.locator('summary').click();
    await row.locator('pre', { hasText: 'xxx' }).waitFor();
    assert.ok(((await row.locator('pre').textContent()) ?? '').length > 1_000_000, 'the whole value');
    await page.locator('.variables').getByText('"9007199254740993"').waitFor();

    for (const [link, said] of [
      ['#/instance/%E0%A4%A', 'It does not exist (any more).'],
      ['#/jobs/1', 'It does not exist (any more).'],
      ['#/decisions/1', 'It does not exist (any more).'],
      ['#/processes/gone', 'The process gone does not exist (any more). This is another one.'],
      ['#/connectors/gone', 'The connector gone is not loaded (any more). This is another one.'],
      ['#/nowhere', 'There is no view nowhere. These are the processes.'],
    ] as const) {
      await show(link);
      await page.getByText(said).waitFor();
    }
    await show('#/jobs?filter=noisy&show=errors');
    await page.getByText('No job fits the filter.').waitFor();
    await page.locator('.choice').getByText('All').click();
    await page.locator('.jobs > li').waitFor();
    assert.match(page.url(), /#\/jobs\?filter=noisy$/);
    assert.deepEqual(complaints, []);
  });

  test('a tab in the background gives its connection back; a page from before a restart says what to do; variables are remembered', async (t) => {
    const { page, folder, command, address } = await openDev(t, browser, orderFiles);
    await startInstance(page, { orderId: 'remembered', total: 20 });
    await waitsFor(page, /waits for the message "shipped"/).waitFor();
    const setHidden = (isHidden: boolean): Promise<void> =>
      page.evaluate((hidden) => {
        // biome-ignore lint/suspicious/noExplicitAny: the types of the browser are not those of the tests
        const { document, Event } = globalThis as any;
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    const closed = page.waitForEvent('requestfailed', (request) => request.url().includes('/events'));
    await setHidden(true);
    await closed;
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Cancel the instance' }).click();
    await other.getByText('terminated', { exact: true }).first().waitFor();
    assert.equal(await page.locator('.instance header .state').textContent(), 'active', 'it reads nothing');
    await setHidden(false);
    await page.getByText('terminated', { exact: true }).first().waitFor();

    command.signal('SIGTERM');
    await command.ended();
    const again = runCommand(t, ['dev', './connectors.mjs', '--resource', 'models'], { folder });
    const [, printed = ''] = await again.prints(/Page: (http:\S+)/);
    assert.equal(new URL(printed).origin, new URL(address).origin, 'the port of a folder stays the same');
    await page.getByText('Fix: open the address that it has printed.', { exact: false }).waitFor();
    await page.goto(printed);
    await page.getByRole('button', { name: 'Start an instance' }).click();
    assert.match(await page.getByLabel('Variables (JSON)').inputValue(), /"remembered"/);
    await page.getByRole('button', { name: 'Example', exact: true }).click();
    await page.locator('dialog textarea').filter({ hasNotText: 'remembered' }).waitFor();
  });
});
