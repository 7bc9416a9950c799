import { printable } from '../../common/printable.ts';
import type { Environment } from '../../connection/settings/config.ts';
import type { CliContext } from '../command.ts';
import { clusterSecretsOf } from './cluster-secrets.ts';
import type { DevRequest } from './options.ts';
import { createRestorableEngine, type RestorableEngine } from './restorable-engine.ts';

/** Starts the engine that the options ask for. */
export const startEngine = (
  { tenants, hasTestClock, port, restPort }: DevRequest,
  env: Environment,
  { printError }: CliContext,
): Promise<RestorableEngine> =>
  createRestorableEngine(
    {
      port,
      restPort,
      warn: (text) => printError(`Warning: ${printable(text)}\n`),
      clusterSecrets: clusterSecretsOf(env),
      ...(tenants.length === 0 ? {} : { tenants }),
    },
    hasTestClock,
  );
