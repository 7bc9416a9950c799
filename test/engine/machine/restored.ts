import { createRestoration, machineWith } from '../../../src/engine/machine/index.ts';
import type { CompiledResource, Machine, MachineSnapshot, SnapshotPart } from '../../../src/engine/machine/types.ts';
import { compile, createRig, type Rig } from './support.ts';

/** A rig that continues from a snapshot of another one, after the snapshot was written to a file and read again. */
export const restored = async (rig: Rig): Promise<Rig> => {
  const snapshot: MachineSnapshot = JSON.parse(JSON.stringify(rig.machine.snapshot()));
  const resources = await Promise.all(
    snapshot.resources.map(({ name, base64 }) => compile(Buffer.from(base64, 'base64').toString('utf8'), name)),
  );
  return createRig({ snapshot, resources }, rig.now());
};

/** A machine that continues from the parts of a snapshot, after each was written to a file and read again. */
export const restoredFromParts = (
  parts: readonly SnapshotPart[],
  resources: readonly CompiledResource[],
  now: () => number,
): Machine => {
  const restoration = createRestoration();
  let used = 0;
  for (const written of parts) {
    const part = JSON.parse(JSON.stringify(written)) as SnapshotPart;
    restoration.add(part, resources.slice(used, used + part.resources.length));
    used += part.resources.length;
  }
  return machineWith({ now }, restoration.finish());
};
