import type { InboundTemplateSettings } from '../template-settings.ts';
import type { Schema } from '../types.ts';
import type { CallbackConnector, CallbackSettings } from '../webhooks/callback-types.ts';

/** The definition that `defineInbound` takes for a connector that waits for one call from outside. */
export interface CallbackDefinition<
  Name extends string,
  I extends Schema | undefined,
  O extends Schema | undefined,
  B extends Schema | undefined,
> {
  /** Set in the copy of a finished connector; not needed in a new definition. */
  readonly kind?: 'inbound';
  /** The name that a process uses to activate the connector, and the default name of its message. */
  readonly name: Name;
  /** A sentence for people; the element templates and the page of the address show it. */
  readonly description?: string;
  /**
   * Seconds for which an address is valid. A process can set its own limit with the variable `expires_after` of the activation.
   * @default 86400
   */
  readonly expires?: number;
  /**
   * Seconds for which the cluster keeps the message and recognises a second call. Must be at least as long as `expires`.
   * @default `expires` and 300 seconds
   */
  readonly messageTimeToLive?: number;
  /** The valibot schema of an object: what the process passes with its activation. The address contains it, so keep it small. */
  readonly input?: I;
  /** The valibot schema of an object: the variables of the message. */
  readonly output?: O;
  /** Settings of the element templates that the schemas do not contain: id, version, icon, sections and so on. */
  readonly template?: InboundTemplateSettings;
  /** How the connector receives its call. `{}` makes the body of the call the variables of the message. */
  readonly webhook: CallbackSettings<I, O, B>;
}

/** One day, in seconds. */
const defaultExpiry = 86_400;

/** Seconds by which the clocks of runtimes and the cluster may differ. */
const skew = 300;

/** Adds the defaults. Whether the times fit together is checked afterwards. */
export const withCallbackDefaults = <
  Name extends string,
  I extends Schema | undefined,
  O extends Schema | undefined,
  B extends Schema | undefined,
>(
  definition: CallbackDefinition<Name, I, O, B>,
): CallbackConnector<Name, I, O, B> => {
  const { expires = defaultExpiry } = definition;
  return { ...definition, expires, messageTimeToLive: definition.messageTimeToLive ?? expires + skew, kind: 'inbound' };
};
