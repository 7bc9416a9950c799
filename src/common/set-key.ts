/** Sets a property of an object of ours; a key named `__proto__` is a key like any other. */
export const setKey = <T>(target: Record<string, T>, key: string, value: T): void => {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
};
