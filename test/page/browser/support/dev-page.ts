/** The page of `dev` in a real browser: the command runs in a process of its own, with connectors and files in a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { folderWith, type Running, runCommand } from '../../../cli/support/running.ts';

/** A page with the command behind it. */
export interface DevPage {
  readonly page: Page;
  readonly folder: string;
  readonly command: Running;
  /** The address with the token. */
  readonly address: string;
  /** The origin without a path. */
  readonly origin: string;
  /** What the browser has reported as wrong, and requests to other places. */
  readonly complaints: readonly string[];
  /** Shows a view by its address after `#`. */
  show(link: string): Promise<void>;
}

/** Opens a browser for the tests of one file. */
export const launch = (path: string): Promise<Browser> =>
  chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] });

const viewport = { width: 1280, height: 860 };

/**
 * Runs `dev` with the files of a folder and opens its page.
 *
 * @param files by name; BPMN, DMN and form files are deployed, and `connectors.mjs` has the connectors
 */
export const openDev = async (
  t: TestContext,
  browser: Browser,
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<DevPage> => {
  const isModel = (name: string): boolean => /\.(?:bpmn|dmn|form)$/.test(name);
  const entries = Object.entries(files);
  const folder = folderWith(t, Object.fromEntries(entries.filter(([name]) => !isModel(name))));
  mkdirSync(join(folder, 'models'));
  for (const [name, text] of entries.filter(([each]) => isModel(each)))
    writeFileSync(join(folder, 'models', name), text);
  const command = runCommand(t, ['dev', './connectors.mjs', '--resource', 'models', ...args], { folder });
  const [, address = ''] = await command.prints(/Page: (http:\S+)/);
  const { origin } = new URL(address);
  const context = await browser.newContext({ viewport, colorScheme: 'light', reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  await page.goto(address);
  await page.getByText('live').waitFor();
  const show = async (link: string): Promise<void> => {
    await page.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, link);
  };
  return { page, folder, command, address, origin, complaints, show };
};

/** A text in the list of what the shown instance waits for. A line of its path says the same after a second. */
export const waitsFor = (page: Page, text: RegExp) => page.getByRole('region', { name: 'Waits for' }).getByText(text);

/** Starts an instance with the dialog of the shown process, and waits for its view. */
export const startInstance = async (page: Page, variables: object): Promise<string> => {
  await page.getByRole('button', { name: 'Start an instance' }).click();
  await page.getByLabel('Variables (JSON)').fill(JSON.stringify(variables));
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL(/#\/instance\/\d+/);
  await page.locator('.instance .canvas[data-ready]').waitFor();
  return /instance\/(\d+)/.exec(page.url())![1]!;
};
