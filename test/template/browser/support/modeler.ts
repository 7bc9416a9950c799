/** The Modeler in a browser, operated with pointer and keys. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { startSite } from './site.ts';

/** An open Modeler. */
export interface BrowserModeler {
  /** Opens a diagram with a list of templates. Throws if the Modeler reports a problem. */
  open(xml: string, templates: readonly object[]): Promise<void>;
  /** Selects an element of the diagram. */
  select(elementId: string): Promise<void>;
  /** Opens the list of templates for the selected element and returns their names. */
  offered(): Promise<readonly string[]>;
  /** Selects a template in that list. */
  choose(name: string): Promise<void>;
  /** Opens a section of the panel if it is closed. */
  unfold(section: string): Promise<void>;
  /** The labels of the fields in a section. */
  fields(section: string): Promise<readonly string[]>;
  /** Replaces the content of a field by typing text or a number. */
  type(label: string, text: string): Promise<void>;
  /** Replaces the content of a field by typing a FEEL expression, without `=`. */
  express(label: string, expression: string): Promise<void>;
  /** Selects an entry of a dropdown by its label. */
  pick(label: string, choice: string): Promise<void>;
  /** Ticks a checkbox. */
  tick(label: string): Promise<void>;
  /** The error that the panel shows below a field; undefined: none. */
  complaint(label: string): Promise<string | undefined>;
  save(): Promise<string>;
  /** A PNG of the whole page, or of the panel from one section to another. */
  picture(sections?: readonly [from: string, to: string]): Promise<Buffer>;
  close(): Promise<void>;
}

/** The functions of page.js. */
interface ModelerPage {
  open(xml: string, templates: readonly object[]): Promise<readonly string[]>;
  save(): Promise<string>;
}

declare global {
  var modelerPage: ModelerPage;
}

const viewport = { width: 1180, height: 650 };

/** High enough for the whole panel. */
const tall = { ...viewport, height: 1400 };

/** Hover menus would cover the diagram in pictures. */
const withoutTools = '.djs-palette, .djs-context-pad { visibility: hidden !important; }';

/** A point on the canvas outside every diagram. */
const aside = { x: viewport.width / 2, y: viewport.height - 40 };

/** The whole text, with some space around it. */
const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);

const drive = (page: Page): Omit<BrowserModeler, 'close'> => {
  const panel = page.locator('#properties');
  const section = (label: string): Locator =>
    panel.locator('.bio-properties-panel-group', {
      has: page.locator('.bio-properties-panel-group-header-title', { hasText: exactly(label) }),
    });
  const header = (label: string): Locator => section(label).locator('.bio-properties-panel-group-header');
  const entry = (label: string): Locator =>
    panel.locator('[data-entry-id^="custom-entry"]', { has: page.locator('label', { hasText: exactly(label) }) });
  const control = (label: string): Locator =>
    entry(label).locator('input:visible, textarea:visible, [contenteditable=true]:visible').first();

  /** The panel shows what follows from a change in the next frame, and checks it in the one after that. */
  const rendered = (): Promise<void> =>
    page.evaluate(() => {
      const { requestAnimationFrame: onFrame } = globalThis as unknown as {
        readonly requestAnimationFrame: (act: () => void) => void;
      };
      return new Promise<void>((resolve) => onFrame(() => onFrame(() => onFrame(resolve))));
    });

  const retype = async (label: string, text: string): Promise<void> => {
    await control(label).click();
    await page.keyboard.press('ControlOrMeta+A');
    // In one event: a field that is drawn anew between two keys would move the cursor.
    await page.keyboard.insertText(text);
    await control(label).blur();
    await rendered();
  };
  /** A field for both values and expressions has a switch, which is marked while the field holds an expression. */
  const switchFeel = async (label: string, on: boolean): Promise<void> => {
    const toggle = entry(label).locator('.bio-properties-panel-feel-icon.optional');
    if ((await toggle.count()) === 0 || (await toggle.and(page.locator('.active')).count()) === Number(on)) return;
    await toggle.click();
    await entry(label)
      .locator(on ? '[contenteditable=true]' : 'input, textarea')
      .first()
      .waitFor();
  };

  return {
    open: async (xml, templates) => {
      const complaints = await page.evaluate(([content, list]) => globalThis.modelerPage.open(content, list), [
        xml,
        templates,
      ] as const);
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
    select: async (elementId) => {
      // The menu next to the selected element may cover the next element.
      await page.locator('#canvas').click({ position: aside });
      await page.locator('.djs-element.selected').waitFor({ state: 'detached' });
      const element = `.djs-element[data-element-id="${elementId}"]`;
      await page.locator(`${element} > .djs-hit`).first().click();
      await page.locator(`${element}.selected`).waitFor();
    },
    offered: async () => {
      await panel.getByRole('button', { name: 'Select' }).click();
      const names = page.locator('.element-template-chooser .djs-popup-label');
      await names.first().waitFor();
      return names.allInnerTexts();
    },
    choose: async (name) => {
      await page.locator('.element-template-chooser .djs-popup-label', { hasText: exactly(name) }).click();
      await panel.getByRole('button', { name: 'Applied' }).waitFor();
      await rendered();
    },
    unfold: async (label) => {
      const open = header(label).locator('.bio-properties-panel-arrow-down').last();
      if (await open.isVisible()) return;
      await header(label).click();
      await open.waitFor();
      await rendered();
    },
    fields: (label) => section(label).locator('[data-entry-id^="custom-entry"] label').allInnerTexts(),
    type: async (label, text) => {
      await switchFeel(label, false);
      await retype(label, text);
    },
    express: async (label, expression) => {
      await switchFeel(label, true);
      await retype(label, expression);
    },
    pick: async (label, choice) => {
      await entry(label).locator('select').selectOption({ label: choice });
      await rendered();
    },
    tick: async (label) => {
      await entry(label).locator('.bio-properties-panel-toggle-switch__switcher, input[type=checkbox]').first().click();
      await rendered();
    },
    complaint: async (label) => {
      const error = entry(label).locator('.bio-properties-panel-error');
      return (await error.count()) === 0 ? undefined : ((await error.first().textContent()) ?? undefined);
    },
    save: () => page.evaluate(() => globalThis.modelerPage.save()),
    picture: async (sections) => {
      if (sections === undefined) return page.screenshot({ style: withoutTools });
      await page.setViewportSize(tall);
      const [from, to] = sections;
      const top = await section(from).boundingBox();
      const bottom = await section(to).boundingBox();
      if (top === null || bottom === null) throw new Error(`The panel does not show ${from} and ${to}`);
      const taken = await page.screenshot({ clip: { ...top, height: bottom.y + bottom.height - top.y } });
      await page.setViewportSize(viewport);
      return taken;
    },
  };
};

/**
 * Starts a browser with the Modeler.
 *
 * @param executablePath the path of the browser
 */
export const startModeler = async (executablePath: string): Promise<BrowserModeler> => {
  const folder = mkdtempSync(join(tmpdir(), 'modeler-'));
  const site = await startSite(folder);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5, reducedMotion: 'reduce' });
  page.setDefaultTimeout(30_000);
  const failures: Error[] = [];
  page.on('pageerror', (error) => failures.push(error));
  await page.goto(site.address);
  return {
    ...drive(page),
    close: async () => {
      await browser.close();
      await site.close();
      rmSync(folder, { recursive: true, force: true });
      if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'));
    },
  };
};
