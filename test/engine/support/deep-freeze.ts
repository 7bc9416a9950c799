const refuse = (): never => {
  throw new TypeError('The map or set of a compiled model must not be changed');
};

/** Freezes a value and everything in it. Maps and sets then throw when something changes them. */
export const deepFreeze = <T>(value: T, seen: Set<unknown> = new Set()): T => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return value;
  seen.add(value);
  if (value instanceof Map || value instanceof Set) {
    for (const [key, item] of value.entries()) {
      deepFreeze(key, seen);
      deepFreeze(item, seen);
    }
    Object.assign(value, { set: refuse, add: refuse, delete: refuse, clear: refuse });
  }
  for (const item of Object.values(value)) deepFreeze(item, seen);
  Object.freeze(value);
  return value;
};
