import type { MachineSnapshot } from '../../../src/engine/machine/types.ts';
import { compile, createRig, type Rig } from './support.ts';

/** A rig that continues from a snapshot of another one, after the snapshot was written to a file and read again. */
export const restored = async (rig: Rig): Promise<Rig> => {
  const snapshot: MachineSnapshot = JSON.parse(JSON.stringify(rig.machine.snapshot()));
  const resources = await Promise.all(
    snapshot.resources.map(({ name, base64 }) => compile(Buffer.from(base64, 'base64').toString('utf8'), name)),
  );
  return createRig({ snapshot, resources }, rig.now());
};
