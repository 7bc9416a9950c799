/**
 * Tells whether a value has a brand: a symbol of the global registry, which survives two copies of the package in one
 * dependency tree. Never throws.
 */
export const hasBrand = (value: unknown, brand: symbol): boolean => {
  try {
    return typeof value === 'object' && value !== null && brand in value;
  } catch {
    // A proxy may throw from its traps.
    return false;
  }
};
