/** Words that FEEL never reads as a name. */
const feelWords: ReadonlySet<string> = new Set(
  'null true false function if then else for return between instance of not in and or some every satisfies'.split(' '),
);

const plain = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Says how to fix a name that cannot be a process variable.
 *
 * @returns the fix; `undefined`: the name is fine
 * @example
 * refusedName('my-key'); // 'use letters, digits and _, and do not start with a digit'
 */
export const refusedName = (name: string): string | undefined => {
  if (!plain.test(name)) return 'use letters, digits and _, and do not start with a digit';
  return feelWords.has(name) ? 'FEEL reserves this word; use another name' : undefined;
};
