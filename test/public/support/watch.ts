/** Objects that remember which of their properties somebody asked for. */

/** An object under watch, and the names that were looked up in it. */
export interface Watched<T extends object> {
  readonly object: T;
  /** Sorted, each once. */
  names(): readonly string[];
}

/**
 * Puts an object under watch.
 *
 * @example
 * const { object, names } = watch({ a: 1 });
 * object.a;
 * names(); // ['a']
 */
export const watch = <T extends object>(target: T): Watched<T> => {
  const seen = new Set<string>();
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') seen.add(name);
  };
  const object = new Proxy(target, {
    get: (own, name) => {
      note(name);
      return Reflect.get(own, name);
    },
    has: (own, name) => {
      note(name);
      return Reflect.has(own, name);
    },
    getOwnPropertyDescriptor: (own, name) => {
      note(name);
      return Reflect.getOwnPropertyDescriptor(own, name);
    },
  });
  return { object, names: () => [...seen].sort() };
};
