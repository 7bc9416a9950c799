import type { Logger } from '../../../src/connector/types.ts';
import type { RuntimeOptions } from '../../../src/runtime/options.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';
import type { RuntimeEvents } from '../../../src/runtime/shared/events.ts';
import type { Runtime } from '../../../src/runtime/shared/runtime-interface.ts';

/** A runtime whose events and log lines a test can read. */
export interface TestRuntime {
  readonly runtime: Runtime;
  /** Log lines as `level message`. */
  readonly lines: readonly string[];
  /** All events so far, by name. */
  readonly seen: { readonly [Name in keyof RuntimeEvents]: RuntimeEvents[Name][] };
  /** Resolves with the first event that the test picks, past or future. */
  event<Name extends keyof RuntimeEvents>(
    name: Name,
    pick?: (event: RuntimeEvents[Name]) => boolean,
  ): Promise<RuntimeEvents[Name]>;
  /** Resolves when at least that many events of a name have been emitted. */
  count(name: keyof RuntimeEvents, atLeast: number): Promise<void>;
}

const names: readonly (keyof RuntimeEvents)[] = [
  'runtime:state',
  'runtime:signal',
  'connection:waiting',
  'connection:lost',
  'connection:restored',
  'poll:failed',
  'tenant:refused',
  'tenant:restored',
  'stream:opened',
  'stream:ended',
  'job:started',
  'job:settled',
  'job:returned',
  'command:repeated',
  'subscription:opened',
  'loop:ended',
  'subscription:failed',
  'message:published',
  'subscription:delivered',
  'subscription:expired',
  'subscription:halted',
  'subscription:released',
  'subscriptions:volatile',
  'subscriptions:ended',
  'server:listening',
  'call:ended',
];

/** Creates a logger that records its lines, each with its level in front. */
export const createLineLogger = (): { readonly logger: Logger; readonly lines: string[] } => {
  const lines: string[] = [];
  const line =
    (level: string) =>
    (message: string): void =>
      void lines.push(`${level} ${message}`);
  const logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  return { logger, lines };
};

/** Creates a runtime and records its events and log lines. It ignores signals unless the options say otherwise. */
export const observe = (options: RuntimeOptions): TestRuntime => {
  const { logger, lines } = createLineLogger();
  const runtime = createRuntime({ signals: false, logger, ...options });
  const seen = Object.fromEntries(names.map((name) => [name, []])) as unknown as TestRuntime['seen'];
  const watchers = new Set<() => void>();
  for (const name of names) {
    runtime.on(name, (event) => {
      (seen[name] as unknown[]).push(event);
      for (const watcher of [...watchers]) watcher();
    });
  }
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        const found = look();
        if (found === undefined) return;
        watchers.delete(watcher);
        resolve(found);
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    runtime,
    lines,
    seen,
    event: (name, pick = () => true) => until(() => seen[name].find(pick)),
    count: async (name, atLeast) => {
      await until(() => (seen[name].length >= atLeast ? true : undefined));
    },
  };
};
