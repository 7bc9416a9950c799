import type { Operation } from './operation.ts';

/** What a path leads to. */
export type Destination =
  | { readonly operation: Operation; readonly keys: readonly string[] }
  /** The path exists, but not with this method. */
  | { readonly methods: readonly string[] }
  /** The path contains something else in place of a key. */
  | { readonly invalidKey: string }
  | undefined;

interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly operation: Operation;
}

/** Below these, what follows is an id that clients choose. */
const namedById: ReadonlySet<string> = new Set(['documents', 'tenants']);

/** The key of a decision instance is that of its evaluation with a number: `2251799813685249-1`. */
const isKey = (text: string): boolean => /^-?\d{1,25}(?:-\d{1,9})?$/.test(text);

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** The variable parts of a path, if it has the form of the route. */
const keysIn = ({ parts }: Route, given: readonly string[]): readonly string[] | undefined => {
  if (parts.length !== given.length) return undefined;
  const isSame = parts.every((part, index) => part === '*' || part === given[index]);
  return isSame ? given.filter((_, index) => parts[index] === '*').map(decoded) : undefined;
};

/**
 * Finds the operations of the API.
 *
 * @param operations by method and path, the path below the base; a `*` in it stands for a key
 */
export const createRoutes = (
  operations: Readonly<Record<string, Operation>>,
): ((method: string, path: string) => Destination) => {
  const routes = Object.entries(operations).map(([name, operation]): Route => {
    const [method = '', path = ''] = name.split(' ');
    return { method, parts: path.split('/').slice(1), operation };
  });
  return (method, path) => {
    const given = path.split('/').slice(1);
    const found = routes.flatMap((route) => {
      const keys = keysIn(route, given);
      return keys === undefined ? [] : [{ route, keys }];
    });
    // A fixed part goes before a key: `/jobs/search` is no job.
    const isValid = ({ keys }: (typeof found)[number]): boolean => namedById.has(given[0]!) || keys.every(isKey);
    const valid = found.filter(isValid);
    const fitting = valid
      .filter(({ route }) => route.method === method)
      .sort((left, right) => left.keys.length - right.keys.length)[0];
    if (fitting !== undefined) return { operation: fitting.route.operation, keys: fitting.keys };
    if (valid.length > 0) return { methods: valid.map(({ route }) => route.method) };
    const invalidKey = found[0]?.keys.find((key) => !isKey(key));
    return invalidKey === undefined ? undefined : { invalidKey };
  };
};
