/** The parts of a body that arrives. */
export interface ArrivingBody {
  /** Keeps a part. Returns whether the body is still within its limit; if not, all parts are dropped. */
  add(part: Buffer): boolean;
  /** The body so far, in one piece. */
  bytes(): Buffer;
}

/** Parts that are joined into one. */
const joined = 1024;

/**
 * Collects a body up to a limit, also if it arrives byte by byte: a part costs about a hundred bytes beside its content, so
 * that many small ones would take far more memory than the limit allows.
 *
 * @param maxBytes longest body in bytes
 */
export const createArrivingBody = (maxBytes: number): ArrivingBody => {
  let parts: Buffer[] = [];
  let latest: Buffer[] = [];
  let size = 0;
  return {
    add: (part) => {
      size += part.length;
      if (size > maxBytes) {
        parts = [];
        latest = [];
        return false;
      }
      latest.push(part);
      if (latest.length === joined) {
        parts.push(Buffer.concat(latest));
        latest = [];
      }
      return true;
    },
    bytes: () => {
      const all = [...parts, ...latest];
      return all.length === 1 ? all[0]! : Buffer.concat(all);
    },
  };
};
