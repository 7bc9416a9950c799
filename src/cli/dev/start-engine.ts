import { printable } from '../../common/printable.ts';
import type { Environment } from '../../connection/settings/config.ts';
import { createEngine, createTestClock, type Engine, type TestClock } from '../../engine/index.ts';
import type { CliContext } from '../command.ts';
import { clusterSecretsOf } from './cluster-secrets.ts';
import type { DevRequest } from './options.ts';

/** The engine of a session and the clock of its processes, if it can be set. */
export interface StartedEngine {
  readonly engine: Engine;
  readonly clock?: TestClock;
}

/** Starts the engine that the options ask for. */
export const startEngine = async (
  { tenants, hasTestClock, port, restPort }: DevRequest,
  env: Environment,
  { printError }: CliContext,
): Promise<StartedEngine> => {
  const clock = hasTestClock ? createTestClock(Date.now()) : undefined;
  clock?.run();
  const engine = await createEngine({
    port,
    restPort,
    warn: (text) => printError(`Warning: ${printable(text)}\n`),
    clusterSecrets: clusterSecretsOf(env),
    ...(clock === undefined ? {} : { clock }),
    ...(tenants.length === 0 ? {} : { tenants }),
  });
  return clock === undefined ? { engine } : { engine, clock };
};
