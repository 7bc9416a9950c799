import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BrowserChoice, chooseBrowser, howToRun } from './support/chromium.ts';

interface Case {
  readonly title: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly expected: BrowserChoice;
}

const debian = join('/usr/bin', 'chromium');
const chrome = join('/opt/bin', 'google-chrome');

const cases: readonly Case[] = [
  { title: 'on the PATH', env: { PATH: '/opt/bin' }, files: [chrome], expected: { kind: 'found', path: chrome } },
  { title: 'where Debian puts it', env: {}, files: [debian], expected: { kind: 'found', path: debian } },
  { title: 'named', env: { CHROMIUM_PATH: '/c' }, files: ['/c', debian], expected: { kind: 'found', path: '/c' } },
  {
    title: 'named, but not there: a mistake, whatever else there is',
    env: { CHROMIUM_PATH: '/c' },
    files: [debian],
    expected: { kind: 'fail', reason: 'CHROMIUM_PATH names /c, which is not there' },
  },
  { title: 'missing', env: { CI: 'false' }, files: [], expected: { kind: 'skip', reason: howToRun } },
  { title: 'missing in CI', env: { CI: 'true' }, files: [], expected: { kind: 'fail', reason: howToRun } },
  {
    title: 'not wanted, in CI and with one there',
    env: { CI: 'true', WITHOUT_BROWSER: '1' },
    files: [debian],
    expected: { kind: 'skip', reason: 'WITHOUT_BROWSER is set' },
  },
];

for (const { title, env, files, expected } of cases) {
  test(`a browser ${title}`, () => {
    assert.deepEqual(
      chooseBrowser(env, (path) => files.includes(path)),
      expected,
    );
  });
}
