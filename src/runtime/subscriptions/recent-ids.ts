/** Ids that were seen lately. */
export interface Recent {
  add(id: string): void;
  has(id: string): boolean;
}

/** Makes a memory of the last `limit` ids, which does not grow beyond them. */
export const createRecent = (limit: number): Recent => {
  const ids = new Set<string>();
  return {
    add: (id) => {
      ids.add(id);
      if (ids.size > limit) ids.delete(ids.values().next().value!);
    },
    has: (id) => ids.has(id),
  };
};
