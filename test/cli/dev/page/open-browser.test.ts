import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith, moduleOf, runCommand } from '../../support/running.ts';

/** Resolves with the content of a file that another program writes. */
const written = (folder: string, name: string): Promise<string> =>
  new Promise((resolve) => {
    const path = join(folder, name);
    const watcher = watch(folder, () => look());
    const look = (): void => {
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      if (!text.endsWith('\n')) return;
      watcher.close();
      resolve(text.trim());
    };
    look();
  });

const posix = process.platform === 'linux';

test('--open opens the address of the page, and says what to do if nothing can', { skip: !posix }, async (t) => {
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
  const opener = join(folder, 'xdg-open');
  writeFileSync(opener, `#!/bin/sh\necho "$1" > "${join(folder, 'opened.txt')}"\n`);
  chmodSync(opener, 0o755);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const program = runCommand(t, ['dev', './a.mjs', '--open'], { folder, env });
  const [, address] = await program.prints(/Page: (\S+)/);
  assert.equal(await written(folder, 'opened.txt'), address);
  program.signal('SIGINT');
  assert.equal((await program.ended()).code, 0);

  const without = runCommand(t, ['dev', './a.mjs', '--open'], { folder, env: { PATH: join(folder, 'nothing') } });
  await without.prints(/Warning: The browser cannot be opened\. Fix: copy the address of the page into it\./);
  without.signal('SIGINT');
  assert.equal((await without.ended()).code, 0);
});

test('--no-page serves no page', async (t) => {
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
  const program = runCommand(t, ['dev', './a.mjs', '--no-page'], { folder });
  await program.prints(/Running, connected/);
  program.signal('SIGINT');
  assert.equal((await program.ended()).code, 0);
  assert.doesNotMatch(program.output(), /Page:/);
});
