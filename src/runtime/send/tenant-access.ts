import { createSharedAbort } from '../../common/abort.ts';
import { nextDelay } from '../../common/backoff.ts';
import type { Clock } from '../../common/clock.ts';
import type { Connection, TenantSelection } from '../../connection/port.ts';
import type { Emit } from '../shared/events.ts';
import { isTenantRefusal, requestNoJob } from './await-tenants.ts';

/** What {@link createTenantAccess} works with. */
export interface TenantAccessServices {
  readonly connection: Connection;
  /** The tenants of the runtime; absent: those of the connection. */
  readonly tenants?: TenantSelection | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
}

/**
 * Knows which tenants the cluster refuses while the runtime is running. A request for jobs names all tenants, and a cluster that
 * refuses one of them refuses the whole request, so the refused ones are left out until the cluster accepts them again.
 */
export interface TenantAccess {
  /** The tenants to name in a request; the same object as long as they are the same. `undefined`: those of the connection. */
  selection(): TenantSelection | undefined;
  /**
   * Finds out which tenants a failed request is about.
   *
   * @param asked the selection of the request
   * @returns whether requests name other tenants from now on, so that this one can be repeated at once
   */
  refused(error: unknown, asked: TenantSelection | undefined): Promise<boolean>;
  /** Whether an error is about tenants some of which may be accepted. */
  concerns(error: unknown): boolean;
  /** The tenants that the cluster refuses now. */
  refusedTenants(): readonly string[];
  /** Calls back when requests name other tenants from now on. */
  onChange(listener: () => void): void;
  /** Asks no more. */
  stop(): void;
}

/** Pauses between the questions whether refused tenants are accepted again. */
const questionPauses = { base: 1_000, cap: 60_000 };

/** Milliseconds without a refusal after which the pauses begin anew. */
const calmTime = 600_000;

/** Creates the access to the tenants of a runtime, all of which the cluster accepted at its start. */
export const createTenantAccess = ({ connection, tenants, clock, emit }: TenantAccessServices): TenantAccess => {
  const { tenantIds = [], tenantFilter } = tenants ?? connection.tenants ?? {};
  const ids = tenantFilter === 'ASSIGNED' ? [] : tenantIds;
  /** When each refused tenant was refused. */
  const since = new Map<string, number>();
  const listeners: (() => void)[] = [];
  const stopping = createSharedAbort();
  let selected = tenants;
  let checking: Promise<void> | undefined;
  let cancelQuestion: (() => void) | undefined;
  /** Questions since the last calm time. */
  let questions = 0;
  let askedAt = Number.NEGATIVE_INFINITY;

  const select = (): void => {
    const served = ids.filter((id) => !since.has(id));
    // Without any other tenant, the request for all of them reports the refusal again and again.
    const isWhole = served.length === ids.length || served.length === 0;
    selected = isWhole ? tenants : { tenantIds: served, tenantFilter: 'PROVIDED' };
    for (const listener of listeners) listener();
  };

  /** Asks about each of these tenants, and takes note of what has changed. */
  const check = async (asked: readonly string[]): Promise<void> => {
    let isChanged = false;
    const ask = async (tenantId: string): Promise<void> => {
      let error: unknown;
      try {
        await requestNoJob(connection, { tenantIds: [tenantId] }, { signal: stopping.signal });
      } catch (thrown) {
        // Without an answer, nothing is known.
        if (!isTenantRefusal(thrown, {})) return;
        error = thrown;
      }
      if (stopping.signal.aborted) return;
      const refusedAt = since.get(tenantId);
      if ((error === undefined) === (refusedAt === undefined)) return;
      isChanged = true;
      if (refusedAt === undefined) {
        since.set(tenantId, clock.now());
        emit('tenant:refused', { tenantId, error });
      } else {
        since.delete(tenantId);
        emit('tenant:restored', { tenantId, refusedFor: Math.round(clock.now() - refusedAt) });
      }
    };
    await Promise.all(asked.map(ask));
    if (stopping.signal.aborted) return;
    if (isChanged) select();
    scheduleQuestion();
  };

  const scheduleQuestion = (): void => {
    if (since.size === 0 || cancelQuestion !== undefined) return;
    const now = clock.now();
    if (now - askedAt > calmTime) questions = 0;
    askedAt = now;
    cancelQuestion = clock.timer(nextDelay(questions++, clock.random(), questionPauses), () => {
      cancelQuestion = undefined;
      void check([...since.keys()]);
    });
  };

  const concerns = (error: unknown): boolean => ids.length > 1 && isTenantRefusal(error, {});

  return {
    selection: () => selected,
    refused: async (error, asked) => {
      if (stopping.signal.aborted || !concerns(error)) return false;
      if (asked !== selected) return true;
      // Many job types meet the same refusal.
      checking ??= check(ids.filter((id) => !since.has(id))).finally(() => {
        checking = undefined;
      });
      await checking;
      return asked !== selected;
    },
    concerns,
    refusedTenants: () => [...since.keys()],
    onChange: (listener) => void listeners.push(listener),
    stop: () => {
      stopping.abort();
      cancelQuestion?.();
    },
  };
};
