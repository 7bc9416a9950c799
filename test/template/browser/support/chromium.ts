/** Finds the browser for the tests. */
import { delimiter, join } from 'node:path';

/** The browser, or the reason why there is none. */
export type BrowserChoice =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'skip' | 'fail'; readonly reason: string };

const programs = ['chromium', 'chromium-browser', 'google-chrome'];

/** The message of tests that are skipped because there is no browser. */
export const howToRun =
  'no Chromium here. To run it: install one (apt-get install chromium fonts-liberation), or name one in CHROMIUM_PATH, then npx tsx scripts/test.ts test/template/browser';

/**
 * Looks for Chromium: `CHROMIUM_PATH`, else the usual names on the `PATH`. Without a browser the tests are skipped. If `CI`
 * is `true` they fail instead, because nobody reads the list of skipped tests there; `WITHOUT_BROWSER` always skips them.
 *
 * @param exists tells whether a file exists
 */
export const chooseBrowser = (
  env: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): BrowserChoice => {
  if (env.WITHOUT_BROWSER) return { kind: 'skip', reason: 'WITHOUT_BROWSER is set' };
  const named = env.CHROMIUM_PATH;
  if (named) {
    if (exists(named)) return { kind: 'found', path: named };
    return { kind: 'fail', reason: `CHROMIUM_PATH names ${named}, which is not there` };
  }
  const folders = [...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), '/usr/bin'];
  const path = programs.flatMap((name) => folders.map((folder) => join(folder, name))).find(exists);
  if (path !== undefined) return { kind: 'found', path };
  return { kind: env.CI === 'true' ? 'fail' : 'skip', reason: howToRun };
};
