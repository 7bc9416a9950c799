/** One step into a value: the name of a property, or an index. */
export type PathPart = string | number;

const identifier = /^[A-Za-z_$][\w$]*$/;

/**
 * Writes a path as code would: `items[2].price`, `["odd key"].x`. The root is `(root)`.
 *
 * @param parts names and indices from the root inwards
 */
export const formatPath = (parts: readonly PathPart[]): string => {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!identifier.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text === '' ? '(root)' : text;
};
