/** What a test file may leave behind in a process that other files use after it. */

/** The state of the process that files share. */
export interface State {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Listeners of the process, by event. */
  readonly listeners: ReadonlyMap<string, number>;
  /** Global functions that a test might replace. */
  readonly globals: ReadonlyMap<string, unknown>;
}

const replaceable = ['Date', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'console'] as const;

/** The state now. */
export const stateNow = (): State => ({
  env: { ...process.env },
  folder: process.cwd(),
  listeners: new Map(process.eventNames().map((name) => [String(name), process.listenerCount(name)])),
  globals: new Map(replaceable.map((name) => [name, globalThis[name]])),
});

/** What differs, in words; the values of variables may be secret and are not shown. */
export const changesBetween = (before: State, after: State): readonly string[] => {
  const names = new Set([...Object.keys(before.env), ...Object.keys(after.env)]);
  const events = new Set([...before.listeners.keys(), ...after.listeners.keys()]);
  return [
    ...[...names].filter((name) => before.env[name] !== after.env[name]).map((name) => `process.env.${name}`),
    ...(before.folder === after.folder ? [] : ['the working directory']),
    ...[...events]
      .filter((name) => (before.listeners.get(name) ?? 0) < (after.listeners.get(name) ?? 0))
      .map((name) => `a listener of the process for ${name}`),
    ...[...after.globals].filter(([name, value]) => before.globals.get(name) !== value).map(([name]) => name),
  ];
};

const count = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

/** Resources that keep the process alive, beyond those that were there before. */
export const resourcesBeyond = (before: readonly string[], now: readonly string[]): readonly string[] => {
  const known = count(before);
  return [...count(now)]
    .map(([name, number]): readonly [string, number] => [name, number - (known.get(name) ?? 0)])
    .filter(([name, number]) => number > 0 && name !== 'Immediate')
    .map(([name, number]) => `${number} ${name}`);
};
