import type { Engine, Key } from '../../../engine/index.ts';
import type {
  CallbackAddress,
  DevSession,
  ExpectedMessage,
  HostEvent,
  InboundRecord,
  RecordedCall,
  ServerAddress,
  ShownCall,
} from '../session.ts';

/** How many addresses are remembered. Those that were made first are forgotten first. */
const maxAddresses = 1_000;

/** How many calls are kept, with their requests. */
const maxCalls = 20;

/** An address that was not called. */
interface OpenAddress {
  readonly callback: CallbackAddress;
  /** The key of the instance that ends last of those to which the address belongs: one that calls another may wait for the message. */
  readonly root: Key;
}

/** What is known of the addresses of callbacks. */
interface Addresses {
  /** Those that were not called, by id. */
  readonly open: Map<string, OpenAddress>;
  /** The ids of messages that calls have published. */
  readonly used: Set<string>;
}

const dropOldest = (collection: { readonly size: number; keys(): Iterable<string>; delete(key: string): boolean }) => {
  if (collection.size <= maxAddresses) return;
  for (const key of collection.keys()) {
    collection.delete(key);
    return;
  }
};

const expectedOf = ({ connector, messageName, correlationKey, variable }: CallbackAddress): ExpectedMessage => ({
  ...{ connector, name: messageName, key: correlationKey, addressVariable: variable },
});

const rootOf = ({ instance }: Pick<Engine, 'instance'>, key: Key): Key => {
  const parent = instance(key)?.parentProcessInstanceKey;
  return parent === undefined ? key : rootOf({ instance }, parent);
};

/** What {@link recordInbound} follows. */
export interface InboundSources extends Pick<DevSession, 'host' | 'onRestore'> {
  readonly engine: Pick<Engine, 'on' | 'instance'>;
}

/** Follows what the inbound connectors of a session do. */
export const recordInbound = ({ host, engine, onRestore }: InboundSources): InboundRecord => {
  const loops = new Map<string, ExpectedMessage>();
  let server: ServerAddress | undefined;
  let calls: readonly RecordedCall[] = [];
  let lastNumber = 0;
  let addresses: Addresses = { open: new Map(), used: new Set() };
  /** The instances that have open addresses. Others end often, and are not looked for among the addresses. */
  let roots = new Set<Key>();
  const copy = ({ open, used }: Addresses): Addresses => ({ open: new Map(open), used: new Set(used) });
  // After a step back, the engine does not know the messages since: their addresses can be called again.
  onRestore(
    () => copy(addresses),
    (mark) => {
      addresses = copy(mark);
      roots = new Set([...addresses.open.values()].map(({ root }) => root));
    },
  );

  const add = (callback: CallbackAddress): void => {
    const { open, used } = addresses;
    const root = rootOf(engine, callback.processInstanceKey);
    // The call, or the end of the instance, can be faster than the answer to the activation.
    if (used.has(callback.id) || engine.instance(root)?.state !== 'ACTIVE') return;
    open.set(callback.id, { callback, root });
    roots.add(root);
    dropOldest(open);
  };

  const end = ({ messages }: ShownCall): void => {
    const { open, used } = addresses;
    for (const { messageId } of messages) {
      if (messageId === '') continue;
      open.delete(messageId);
      used.add(messageId);
      dropOldest(used);
    }
  };

  // A cluster would accept a call all the same, but nobody waits for it.
  engine.on((event) => {
    if (event.kind !== 'instance:completed' && event.kind !== 'instance:terminated') return;
    const { key } = event.instance;
    if (!roots.delete(key)) return;
    for (const [id, { root }] of addresses.open) if (root === key) addresses.open.delete(id);
  });

  const keep = ({ call, request }: Extract<HostEvent, { readonly kind: 'call:ended' }>): void => {
    lastNumber += 1;
    const stored = request === undefined ? {} : { stored: { connector: call.connector, request } };
    calls = [...calls, { number: lastNumber, at: Date.now(), call, ...stored }].slice(-maxCalls);
  };

  const record = (event: HostEvent): void => {
    switch (event.kind) {
      case 'subscription:opened':
        loops.set(event.id, { connector: event.connector, name: event.messageName, key: event.correlationKey });
        return;
      case 'subscription:ended':
        loops.delete(event.id);
        return;
      case 'callback:addressed':
        add(event.callback);
        return;
      case 'server:listening':
        server = { url: event.url, publicUrl: event.publicUrl };
        return;
      case 'call:ended':
        end(event.call);
        keep(event);
        return;
    }
  };
  host.on(record);

  const valid = (): readonly CallbackAddress[] => {
    const now = Date.now();
    return [...addresses.open.values()].map(({ callback }) => callback).filter(({ expiresAt }) => now < expiresAt);
  };
  return {
    server: () => server,
    calls: () => calls,
    expected: () => [...loops.values(), ...valid().map(expectedOf)],
    addresses: valid,
  };
};
