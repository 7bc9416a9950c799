/** Sets an own property of a plain object; even the key `__proto__` becomes an ordinary property. */
export const setKey = <T>(target: Record<string, T>, key: string, value: T): void => {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
};
