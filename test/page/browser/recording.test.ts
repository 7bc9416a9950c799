import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { stringifyValue } from '../../../src/connector/values/json-text.ts';
import { createEngine, createTestClock } from '../../../src/engine/index.ts';
import type { RecordedEvent, TestRecording } from '../../../src/testing/recording/types.ts';
import { folderWith, runCommand } from '../../cli/support/running.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch } from './support/dev-page.ts';
import { orderProcess } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

const began = Date.UTC(2030, 0, 31, 9);
const hour = 3_600_000;

/** What a test leaves in which the charge has failed an hour after the start. */
const record = async (t: TestContext): Promise<string> => {
  const clock = createTestClock(began);
  const engine = await createEngine({ clock });
  const events: RecordedEvent[] = [];
  engine.on((event) => void events.push({ at: clock.now(), event }));
  await engine.deploy({ name: 'order.bpmn', content: orderProcess });
  engine.createInstance({ bpmnProcessId: 'order', variables: { orderId: '7', total: 20 } });
  clock.advance(hour);
  const { processInstanceKey: key } = engine.createInstance({
    ...{ bpmnProcessId: 'order', variables: { orderId: '8', total: 30 } },
  });
  engine.modifyInstance(key, { activate: [{ elementId: 'Shipped' }], terminate: [{ elementId: 'Charge' }] });
  const recording: TestRecording = {
    ...{ format: 'camunda-connectors/recording', version: 1, began, ended: clock.now() },
    ...{ failure: 'Expected the instance to have completed.', skips: [], events },
    ...{ description: '', snapshot: engine.snapshot() },
  };
  await engine.stop();
  const folder = folderWith(t, {});
  writeFileSync(join(folder, 'order.json'), stringifyValue(recording));
  return folder;
};

describe('a recording on the page in a browser', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  test('view shows the failure, the path and the diagram of a recording, and offers nothing that would change it', async (t) => {
    const command = runCommand(t, ['view', 'order.json'], { folder: await record(t) });
    const [, address = ''] = await command.prints(/Page: (http:\S+)/);
    const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce' });
    t.after(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address);
    await page.getByText('Expected the instance to have completed.').waitFor();
    await page.locator('.process .canvas[data-ready]').waitFor();
    await page.locator('tbody .state').nth(1).waitFor();
    assert.deepEqual(await page.locator('tbody .state').allTextContents(), ['active', 'active']);
    await page.locator('tbody a').first().click();
    await page.locator('.instance .canvas[data-ready]').waitFor();
    await page.getByText(/waits for the message "shipped" with the key "8"/).waitFor();
    assert.equal(await page.locator('.djs-element.is-active').getAttribute('data-element-id'), 'Shipped');
    assert.deepEqual(await page.locator('.variables th[scope=row]').allInnerTexts(), ['orderId', 'total']);
    assert.equal(await page.locator('button.acts:visible').count(), 0, 'no button acts');
    await page.locator('.clock', { hasText: 'paused at 2030-01-31' }).waitFor();
    assert.deepEqual(complaints, []);
    command.signal('SIGTERM');
    assert.deepEqual(await command.ended(), { code: 0, signal: null });
  });
});
