/**
 * An inbound connector that waits for a file: `loop` returns nothing until the file exists, and then its content.
 * Try it without an engine: npx tsx examples/poll-file.ts '{ "path": "answer.txt" }', then create that file.
 */
import { readFile } from 'node:fs/promises';
import { defineInbound } from 'camunda-connectors';
import * as v from 'valibot';
import { tryIfStarted } from './support/try.ts';

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const pollFile = defineInbound({
  name: 'poll_file',
  description: 'Waits until a file exists and passes its text to the process',
  cycle: 0.2,
  input: v.object({ path: v.pipe(v.string(), v.nonEmpty(), v.description('File to wait for')) }),
  output: v.object({ content: v.string() }),
  loop: async ({ path }, { signal }) => {
    try {
      return { content: (await readFile(path, { encoding: 'utf8', signal })).trim() };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
});

await tryIfStarted(import.meta.url, pollFile, { path: 'answer.txt' });
