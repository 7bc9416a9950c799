/** Ids that were seen recently. */
export interface RecentIds {
  add(id: string): void;
  has(id: string): boolean;
}

/** Remembers the last `limit` ids. */
export const createRecentIds = (limit: number): RecentIds => {
  const ids = new Set<string>();
  return {
    add: (id) => {
      ids.add(id);
      if (ids.size > limit) ids.delete(ids.values().next().value!);
    },
    has: (id) => ids.has(id),
  };
};
