/** Waits for what many parts bring about: each of them tells when something has changed, and the conditions are looked at. */
export interface Board {
  /** Something has changed. */
  readonly changed: () => void;
  /**
   * Resolves when the condition holds. Rejects after the board's limit with what was missing: no work may wait longer
   * than a fault, a timeout and the pauses between attempts explain.
   */
  until(what: string, condition: () => boolean): Promise<void>;
}

/**
 * Makes a board.
 *
 * @param limit milliseconds after which waiting is over
 * @param describe what stands at that moment, for the error
 */
export const createBoard = (limit: number, describe: () => string): Board => {
  const looks = new Set<() => void>();
  return {
    changed: () => {
      for (const look of [...looks]) look();
    },
    until: (what, condition) =>
      new Promise((resolve, reject) => {
        const end = (finish: () => void): void => {
          looks.delete(look);
          clearTimeout(timer);
          finish();
        };
        const look = (): void => {
          if (condition()) end(resolve);
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`Waited ${limit} ms in vain: ${what}. ${describe()}`))),
          limit,
        );
        looks.add(look);
        look();
      }),
  };
};
