import type { Engine } from '../../../src/engine/types.ts';

/** Resolves when some worker is connected to the engine, or none any more: the engine learns of both later than the client. */
export const untilConnected = async (engine: Engine, isConnected: boolean): Promise<void> => {
  while (engine.workers().some(({ connected }) => connected) !== isConnected) await new Promise(setImmediate);
};
