import { type Clock, systemClock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import type { SecretContext, SecretProvider } from './provider.ts';

/** Options of {@link cachedSecrets}, in seconds. */
export interface CachedSecretsOptions {
  /** How long a value is used before the provider is called again. A longer time spares the store; with a shorter time, a new value counts sooner. Default 60. */
  readonly ttl?: number;
  /** How much longer an old value is used while the provider fails. Default 0: a failed call fails the job. */
  readonly stale?: number;
  /** How long a call of the provider may take. Then its signal fires, and the call has failed. Default 10. */
  readonly timeout?: number;
  /** The clock, for tests. Default: the machine's. */
  readonly clock?: Clock;
}

interface Entry {
  readonly value: string;
  /** When it was fetched, on the clock. */
  readonly at: number;
}

/** Calls the provider for all jobs that wait for the value, so that the end of one job does not cancel the call of the others. */
const callProvider = (
  provider: SecretProvider,
  name: string,
  context: SecretContext,
  clock: Clock,
  milliseconds: number,
): Promise<string | null | undefined> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController();
    const cancel = clock.timer(milliseconds, () => {
      const late = fault('secret', { what: `The secret provider did not answer within ${milliseconds / 1000} s.` });
      reject(late);
      controller.abort(late);
    });
    const call = async (): Promise<string | null | undefined> =>
      provider(name, { ...context, signal: controller.signal });
    call().then(resolve, reject).finally(cancel);
  });

/**
 * Caches the values of a provider. Jobs that need the same secret at the same time share one call. The cache distinguishes
 * names, tenants and processes, because a provider may. Failures and missing secrets are not cached, so a new secret counts
 * at once.
 *
 * @param provider the provider to call
 * @param options how long values are cached; see {@link CachedSecretsOptions}
 * @example
 * createRuntime({ outbound: [log], secrets: cachedSecrets(vault, { ttl: 300, stale: 3600 }) });
 */
export const cachedSecrets = (provider: SecretProvider, options: CachedSecretsOptions = {}): SecretProvider => {
  const { ttl = 60, stale = 0, timeout = 10, clock = systemClock } = options;
  const entries = new Map<string, Entry>();
  const open = new Map<string, Promise<string | null | undefined>>();

  const age = (entry: Entry | undefined): number =>
    entry === undefined ? Number.POSITIVE_INFINITY : (clock.now() - entry.at) / 1000;

  const refresh = async (key: string, name: string, context: SecretContext): Promise<string | null | undefined> => {
    try {
      const value = await callProvider(provider, name, context, clock, timeout * 1000);
      if (value === undefined || value === null) entries.delete(key);
      else entries.set(key, { value, at: clock.now() });
      return value;
    } catch (error) {
      const old = entries.get(key);
      if (age(old) < ttl + stale) return old?.value;
      entries.delete(key);
      throw error;
    } finally {
      open.delete(key);
    }
  };

  return (name, context) => {
    const key = JSON.stringify([name, context.tenantId, context.bpmnProcessId]);
    const entry = entries.get(key);
    if (entry !== undefined && age(entry) < ttl) return entry.value;
    const known = open.get(key);
    if (known !== undefined) return known;
    const call = refresh(key, name, context);
    open.set(key, call);
    return call;
  };
};
