import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inboundContext } from 'camunda-connectors/testing';
import { pollFile } from './poll-file.ts';

const withFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'poll-file-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

test('loop returns nothing while the file is missing, and its text once it exists', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'answer.txt');
    assert.equal(await pollFile.loop({ path }, inboundContext()), undefined);

    await writeFile(path, 'forty-two\n');
    assert.deepEqual(await pollFile.loop({ path }, inboundContext()), { content: 'forty-two' });
  }));

test('a file that cannot be read is an error, not "nothing yet"', () =>
  withFolder(async (folder) => {
    await assert.rejects(async () => pollFile.loop({ path: folder }, inboundContext()), { code: 'EISDIR' });
  }));
