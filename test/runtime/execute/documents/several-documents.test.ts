/** Several documents of one result: stored a few at once, all or none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../../../src/connector/define.ts';
import type { DocumentStore, NewDocument } from '../../../../src/connector/document.ts';
import type { Outcome } from '../../../../src/connector/types.ts';
import { executeOutbound } from '../../../../src/runtime/execute/execute-outbound.ts';
import { memoryDocuments } from '../../../../src/testing/memory-documents.ts';

const connector = defineOutbound({ name: 'T', type: 't', input: v.object({}), run: () => ({}) });

/** A store whose documents the test finishes one by one; each is named by its content. */
const controlledStore = () => {
  const memory = memoryDocuments();
  const waiting: { readonly name: string; readonly finish: (error?: Error) => Promise<void> }[] = [];
  const deleted: string[] = [];
  let most = 0;
  let open = 0;
  let changed = (): void => undefined;
  const store: DocumentStore = {
    ...memory,
    create: async (document: NewDocument, options) => {
      open += 1;
      most = Math.max(most, open);
      try {
        await new Promise<void>((resolve, reject) => {
          waiting.push({
            name: Buffer.from(document.content as Uint8Array).toString(),
            finish: async (error) => {
              if (error === undefined) resolve();
              else reject(error);
              await new Promise(setImmediate);
            },
          });
          changed();
        });
        return await memory.create(document, options);
      } finally {
        open -= 1;
      }
    },
    delete: async (document, options) => {
      deleted.push(document.documentId);
      await memory.delete(document, options);
    },
  };
  /** Resolves when so many documents have been begun. */
  const begun = async (count: number): Promise<void> => {
    while (waiting.length < count) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
  return { store, memory, waiting, deleted, begun, most: () => most };
};

const names = Array.from({ length: 10 }, (_, index) => `document ${index}`);

const execute = (store: DocumentStore): Promise<Outcome> => {
  const contents = names.map((name) => `createDocument("${Buffer.from(name).toString('base64')}")`);
  return executeOutbound(
    connector,
    { customHeaders: { resultExpression: `={list: [${contents.join(',')}]}` } },
    { documents: store },
  );
};

test('are stored four at once, and keep their places', async () => {
  const { store, memory, waiting, begun, most } = controlledStore();
  const done = execute(store);
  await begun(4);
  // In another order than they began.
  for (const index of [3, 1, 0, 2]) await waiting[index]!.finish();
  for (let index = 4; index < names.length; index += 1) {
    await begun(index + 1);
    await waiting[index]!.finish();
  }
  const outcome = await done;
  assert.equal(most(), 4);
  assert.ok(outcome.kind === 'complete', outcome.kind);
  const { list } = outcome.variables as unknown as { list: readonly { documentId: string }[] };
  const contents = await Promise.all(
    list.map(async (reference) => {
      const parts: Uint8Array[] = [];
      for await (const part of await memory.read(reference)) parts.push(part);
      return Buffer.concat(parts).toString();
    }),
  );
  assert.deepEqual(contents, names);
});

test('are deleted if one cannot be stored: no other begins, and what is under way is awaited', async () => {
  const { store, memory, waiting, deleted, begun } = controlledStore();
  const done = execute(store);
  await begun(4);
  await waiting[0]!.finish();
  await begun(5);
  await waiting[2]!.finish(new Error('The store is full.'));
  let isOver = false;
  void done.then(() => {
    isOver = true;
  });
  await waiting[1]!.finish();
  await waiting[3]!.finish(new Error('Another reason.'));
  assert.equal(isOver, false, 'one is under way');
  await waiting[4]!.finish();
  const outcome = await done;
  assert.ok(outcome.kind === 'fail', outcome.kind);
  assert.match(outcome.message, /The store is full/);
  assert.equal(waiting.length, 5);
  assert.deepEqual(memory.references(), []);
  // Those that failed as well: the store may have them although it said otherwise.
  assert.equal(deleted.length, 5);
});
