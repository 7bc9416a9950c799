import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  fileTooLongCode,
  readFailure,
  readFileWithin,
  readFileWithinSync,
  sizeText,
} from '../../../src/common/files/read-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-read-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'folder'));

const sizes = [0, 1, 999, 1_000, 65_536, 65_537, 300_000];

/** Both readers have the same rules. */
const readers: readonly (readonly [string, (path: string, maxBytes: number) => Promise<Buffer>])[] = [
  ['readFileWithin', readFileWithin],
  ['readFileWithinSync', async (path, maxBytes) => readFileWithinSync(path, maxBytes)],
];

for (const [name, read] of readers) {
  describe(name, () => {
    for (const size of sizes) {
      const path = join(folder, String(size));
      writeFileSync(path, Buffer.alloc(size, 'x'));

      test(`reads ${size} bytes within a limit of as many`, async () => {
        assert.equal((await read(path, size)).length, size);
      });

      if (size === 0) continue;
      test(`refuses ${size} bytes beyond a limit of one less`, async () => {
        await assert.rejects(read(path, size - 1), { code: fileTooLongCode });
      });
    }

    test('refuses a device that has no end', { skip: process.platform === 'win32' }, async () => {
      await assert.rejects(read('/dev/zero', 100_000), { code: fileTooLongCode });
    });

    test('fails as Node.js does where there is no file, and for a folder', async () => {
      await assert.rejects(read(join(folder, 'gone'), 10), { code: 'ENOENT' });
      await assert.rejects(read(join(folder, 'folder'), 10), { code: 'EISDIR' });
    });
  });
}

test('the reason of a failure is its code, or the limit', async () => {
  const reason = (path: string): Promise<string> => readFileWithin(path, 512).then(() => 'none', readFailure);
  assert.equal(await reason(join(folder, 'gone')), 'ENOENT');
  assert.equal(await reason(join(folder, '1000')), 'it is longer than 0.5 kB');
  assert.equal(readFailure(new Error('no code')), 'unknown reason');
});

for (const [bytes, text] of [
  [64 * 1024, '64 kB'],
  [1024 * 1024, '1 MB'],
  [16 * 1024 * 1024, '16 MB'],
] as const) {
  test(`${bytes} bytes are shown as ${text}`, () => assert.equal(sizeText(bytes), text));
}
