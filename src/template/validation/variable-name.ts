/** What FEEL takes for something else than a name, wherever it stands. */
const words: ReadonlySet<string> = new Set(
  'null true false function if then else for return between instance of not in and or some every satisfies'.split(' '),
);

const plain = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Why a name can be no variable of a process, and how to mend it; `undefined` where it can be one.
 *
 * @example
 * refusedName('my-key'); // 'use letters, digits and _, and no digit first'
 */
export const refusedName = (name: string): string | undefined => {
  if (!plain.test(name)) return 'use letters, digits and _, and no digit first';
  return words.has(name) ? 'FEEL has this word for itself; use another' : undefined;
};
