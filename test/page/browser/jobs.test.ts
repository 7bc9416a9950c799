/** Jobs on the page: what the connector got and returned beside the variables. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { chooseBrowser } from '../../template/browser/support/chromium.ts';
import { launch, openDev, startInstance } from './support/dev-page.ts';
import { moduleHead } from './support/order.ts';

const chosen = chooseBrowser(process.env, existsSync);

const files = {
  '.env': 'SECRET_TOKEN=sesame-open-up',
  'connectors.mjs': `${moduleHead}
export const call = defineOutbound({
  name: 'Call',
  type: 'call',
  input: v.object({ token: v.string(), on: v.date(), unit: v.optional(v.string(), 'day') }),
  run: ({ on }) => ({ year: on.getUTCFullYear(), more: true }),
});
`,
  'call.bpmn': processFile(
    'call',
    ...chain(
      start('Start'),
      serviceTask('Call', {
        type: 'call',
        inputs: { token: '{{secrets.TOKEN}}', on: '=day' },
        headers: { resultExpression: '={ year: year }' },
      }),
      end('Done'),
    ),
  ),
};

describe('jobs on the page', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch(chosen.kind === 'found' ? chosen.path : '');
  });
  after(() => browser?.close());

  for (const args of [[], ['--watch']]) {
    test(`a job shows its variables, the input of the connector and its result ${args.join('')}`, async (t) => {
      const { page, complaints } = await openDev(t, browser, files, args);
      await startInstance(page, { day: '2026-01-02T00:00:00Z' });
      const jobs = page.getByRole('region', { name: 'Jobs' });
      await jobs.getByText('completed', { exact: true }).waitFor();
      await jobs.getByText('Returned').waitFor();
      const text = (await jobs.textContent()) ?? '';
      assert.match(text, /Variables\{"token":"\{\{secrets\.TOKEN\}\}","on":"2026-01-02T00:00:00Z"\}Input/);
      assert.match(text, /Input\{"token":"\*\*\*","on":"2026-01-02T00:00:00\.000Z","unit":"day"\}/);
      assert.match(text, /Returned\{"year":2026,"more":true\}Result\{"year":2026\}/);
      assert.doesNotMatch(await page.content(), /sesame/);
      assert.deepEqual(complaints, []);
    });
  }
});
