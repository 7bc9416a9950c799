import { printable } from '../../common/printable.ts';
import type { Environment } from '../../connection/settings/config.ts';
import { testSeed } from '../../testing/fixture/options.ts';
import type { CliContext } from '../command.ts';
import { clusterSecretsOf } from './cluster-secrets.ts';
import type { DevRequest } from './options.ts';
import { createRestorableEngine, type RestorableEngine } from './restorable-engine.ts';

/** The engine of a session. */
export interface StartedEngine extends RestorableEngine {
  /** Takes the secrets of a changed environment over. */
  readonly updateSecrets: (env: Environment) => void;
  /** The values of all secrets since the start: another list when there are more. */
  readonly secretValues: () => readonly string[];
}

/** Starts the engine that the options ask for. */
export const startEngine = async (
  { tenants, hasTestClock, port, restPort, record }: DevRequest,
  env: Environment,
  { printError }: CliContext,
): Promise<StartedEngine> => {
  // The engine reads it whenever it hands out a job.
  const secrets: Record<string, string> = { ...clusterSecretsOf(env) };
  let values: readonly string[] = Object.values(secrets);
  const started = await createRestorableEngine(
    {
      port,
      restPort,
      warn: (text) => printError(`Warning: ${printable(text)}\n`),
      clusterSecrets: secrets,
      ...(tenants.length === 0 ? {} : { tenants }),
      // The recorded test case runs in an engine with this seed, so that `uuid()` yields the same.
      ...(record === undefined ? {} : { seed: testSeed }),
    },
    hasTestClock,
  );
  const updateSecrets = (changed: Environment): void => {
    for (const name of Object.keys(secrets)) delete secrets[name];
    Object.assign(secrets, clusterSecretsOf(changed));
    values = [...new Set([...values, ...Object.values(secrets)])];
  };
  return { ...started, updateSecrets, secretValues: () => values };
};
