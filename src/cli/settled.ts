import type { Runtime } from '../runtime/index.ts';

/** Resolves when the runtime has stopped or failed to start. */
export const settled = (runtime: Runtime): Promise<void> =>
  new Promise((resolve) => {
    runtime.on('runtime:state', ({ state }) => {
      if (state === 'stopped' || state === 'failed') resolve();
    });
  });
