import type { Subscription } from './subscription.ts';

/**
 * The life of a runtime: idle → starting (connecting, first polls) → running → draining (takes no new jobs, finishes the
 * active ones) → stopped. `failed`: starting met an error that waiting does not fix.
 */
export type RuntimeState = 'idle' | 'starting' | 'running' | 'draining' | 'stopped' | 'failed';

/** What a runtime is doing now. */
export interface RuntimeStatus {
  readonly state: RuntimeState;
  /** `none` before the first answer and after the end. */
  readonly connection: 'none' | 'up' | 'down';
  /** The cluster's address, as soon as it is known. */
  readonly address?: string;
  /** The tenants whose jobs are requested, as soon as they are known; absent without tenants. */
  readonly tenantIds?: readonly string[];
  /** `ASSIGNED` if the jobs of all tenants of the client are requested. */
  readonly tenantFilter?: 'ASSIGNED';
  /** Those of `tenantIds` that the cluster refuses now, so that their jobs are not requested; absent if there are none. */
  readonly refusedTenants?: readonly string[];
  /** Active jobs. */
  readonly inFlight: number;
  /** Per job type, the built-in `_activate_inbound_connector` included. */
  readonly workers: readonly { readonly type: string; readonly inFlight: number; readonly maxJobs: number }[];
  /** Activations that have not delivered their message yet. */
  readonly subscriptions: readonly Subscription[];
}
