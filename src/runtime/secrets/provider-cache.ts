import { type Clock, systemClock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import type { SecretContext, SecretProvider } from './provider.ts';

/** Options of {@link cachedSecrets}, in seconds. */
export interface CachedSecretsOptions {
  /** How long a value is used without asking again. Longer spares the store; shorter notices a new value sooner. Default 60. */
  readonly ttl?: number;
  /** How much longer an old value is used while the provider fails. Default 0: a failure is a failure. */
  readonly stale?: number;
  /** How long the provider may take; then its signal fires and it counts as failed. Default 10. */
  readonly timeout?: number;
  /** Time, for tests. Default: the machine's. */
  readonly clock?: Clock;
}

interface Entry {
  readonly value: string;
  /** Time on the clock when it was fetched. */
  readonly at: number;
}

/** Asks the provider on behalf of all who wait, so that the end of one job does not end it for the others. */
const ask = (
  provider: SecretProvider,
  name: string,
  context: SecretContext,
  clock: Clock,
  milliseconds: number,
): Promise<string | null | undefined> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController();
    const cancel = clock.timer(milliseconds, () => {
      const late = fault('secret', { what: `The secret provider gave no answer within ${milliseconds / 1000} s.` });
      reject(late);
      controller.abort(late);
    });
    const call = async (): Promise<string | null | undefined> =>
      provider(name, { ...context, signal: controller.signal });
    call().then(resolve, reject).finally(cancel);
  });

/**
 * Remembers the values of a provider. Many jobs that ask for the same secret at once share one call. Kept by name,
 * tenant and process, since a provider may tell these apart. Failures and missing secrets are not remembered, so that a
 * secret that is added counts at once.
 *
 * @param provider the one that is spared
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
      const value = await ask(provider, name, context, clock, timeout * 1000);
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
