import { createRestoration, type Restoration } from '../machine/index.ts';
import type { CompiledResource, MachineSnapshot, SnapshotPart } from '../machine/types.ts';
import { compileBpmn } from '../model/index.ts';
import { compileFiles } from './compile-files.ts';

/** What an engine can continue from: the result of `engine.snapshot()`, or the parts of `engine.snapshotParts()` in their order. */
export type SnapshotInput = MachineSnapshot | Iterable<SnapshotPart> | AsyncIterable<SnapshotPart>;

const isParts = (snapshot: SnapshotInput): snapshot is Iterable<SnapshotPart> | AsyncIterable<SnapshotPart> =>
  Symbol.asyncIterator in snapshot || Symbol.iterator in snapshot;

/** Compiles the files of a snapshot again, in their order. */
const compileAgain = (part: MachineSnapshot | undefined): Promise<readonly CompiledResource[]> =>
  Promise.all(
    (Array.isArray(part?.resources) ? part.resources : []).map(async ({ name, base64 }) => {
      const content = Buffer.from(base64, 'base64');
      const [resource] = await compileFiles(compileBpmn, [{ name, content }]);
      return resource as CompiledResource;
    }),
  );

/**
 * Restores the state of a machine from a snapshot. Each part is restored before the next one is read, so that no more than one of
 * them is in memory.
 *
 * @param keepEnded how many ended process instances are kept
 * @throws (as a rejection) a `rejection` fault for an invalid or incomplete snapshot
 */
export const reloadSnapshot = async (
  snapshot: SnapshotInput,
  keepEnded?: number,
): Promise<ReturnType<Restoration['finish']>> => {
  const restoration = createRestoration(keepEnded);
  for await (const part of isParts(snapshot) ? snapshot : [snapshot]) {
    restoration.add(part, await compileAgain(part));
  }
  return restoration.finish();
};
