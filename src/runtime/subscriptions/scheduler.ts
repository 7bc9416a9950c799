import type { Clock } from '../../common/clock.ts';
import { type Fault, fault } from '../../common/fault.ts';
import type { Connection, TenantSelection } from '../../connection/port.ts';
import type { Activation, AnyInboundConnector, Logger, MaybePromise } from '../../connector/types.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import type { ConnectionState } from '../send/connection-state.ts';
import type { Sender } from '../send/sender.ts';
import type { TenantAccess } from '../send/tenant-access.ts';
import type { Emit } from '../shared/events.ts';
import type { Acceptance, Subscription } from '../shared/subscription.ts';
import type { Tracing } from '../shared/tracing.ts';

/** What a scheduler needs; the runtime passes it when it starts. */
export interface SchedulerServices {
  readonly connectors: ReadonlyMap<string, AnyInboundConnector>;
  readonly connection: Connection;
  readonly sender: Sender;
  /** Whether the cluster answers. */
  readonly link: ConnectionState;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  /** The name that the cluster shows for this runtime's workers. */
  readonly workerName: string;
  /** The tenants whose jobs the runtime requests. Default: those of the connection. */
  readonly tenants?: TenantSelection | undefined;
  /** Which of the tenants the cluster refuses, shared by everything that requests jobs. */
  readonly tenantAccess?: TenantAccess | undefined;
  /** Fires when the runtime is stopped while it is still starting. */
  readonly signal: AbortSignal;
  /** How the activations' secret references are resolved, again for each call to `loop`. Default: see `RuntimeOptions`. */
  readonly secrets?: SecretSettings;
  /** Records spans for calls to `loop` and for messages; absent without tracing. */
  readonly tracing?: Tracing | undefined;
}

/** Keeps the subscriptions, calls their loops and publishes their messages. */
export interface Scheduler {
  start(services: SchedulerServices): MaybePromise<void>;
  /**
   * Adds an activation. Idempotent: an activation whose id is known changes nothing.
   *
   * @param jobKey the job of the activating task
   * @returns what happens to that job; nothing means `complete`
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a scheduler without an answer needs no return
  add(activation: Activation, jobKey: string): MaybePromise<Acceptance | void>;
  /** The subscriptions that this runtime runs now. */
  subscriptions(): readonly Subscription[];
  /**
   * Aborts the loops. A message that is ready is still published, until `force` fires. `giveUp` ends all waiting for the
   * cluster's answers.
   */
  stop(force: AbortSignal, giveUp: AbortSignal): Promise<void>;
}

/** How many activations a scheduler remembers, to recognise a repeated one. */
export const maxRemembered = 10_000;

/** The error when a second runtime starts the same scheduler; `maker` is the call that makes another. */
export const alreadyStartedFault = (maker: string): Fault<'definition'> =>
  fault('definition', {
    what: 'This scheduler already serves a runtime.',
    fix: `create one with ${maker} for each runtime.`,
  });

/** The error when an activation arrives before the start or after the stop. */
export const notRunningFault = (): Fault<'definition'> =>
  fault('definition', {
    what: 'The scheduler is not running, so it cannot accept an activation.',
    where: 'scheduler.add',
    fix: 'add activations after start and before stop.',
  });

/** Seconds until a subscription expires, as the process or else the connector says; `undefined`: never. */
export const expirySeconds = (activation: Activation, { expires }: AnyInboundConnector): number | undefined =>
  activation.expiresAfter ?? expires;
