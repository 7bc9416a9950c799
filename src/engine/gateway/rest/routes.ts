import type { Operation } from './operation.ts';

/** What a path leads to. */
export type Destination =
  | { readonly operation: Operation; readonly keys: readonly string[] }
  /** The path exists, but not with this method. */
  | { readonly methods: readonly string[] }
  | undefined;

interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly operation: Operation;
}

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
    const fitting = found
      .filter(({ route }) => route.method === method)
      .sort((left, right) => left.keys.length - right.keys.length)[0];
    if (fitting !== undefined) return { operation: fitting.route.operation, keys: fitting.keys };
    return found.length === 0 ? undefined : { methods: found.map(({ route }) => route.method) };
  };
};
