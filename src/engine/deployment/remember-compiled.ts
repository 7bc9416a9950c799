import { createHash } from 'node:crypto';

/** Bytes of the files whose results are remembered. A folder of processes fits in, and what it becomes stays small in memory. */
const limit = 4 * 1024 * 1024;

type Compile<Result, Rest extends readonly unknown[]> = (
  name: string,
  content: Uint8Array,
  ...rest: Rest
) => Promise<Result>;

/**
 * Remembers what files have become, by their names and contents, so that the engines of many tests compile a file once. Results
 * are shared, so they must be immutable. Files with problems are not remembered, and neither are those that were not used for longest,
 * beyond 4 MB of files.
 *
 * @param compile receives a copy of the content, because the caller could change its own before the end
 * @example
 * const compile = rememberCompiled(compileBpmn);
 * (await compile('order.bpmn', content)) === (await compile('order.bpmn', content)); // true
 */
export const rememberCompiled = <Result extends { readonly ok: boolean }, Rest extends readonly (string | undefined)[]>(
  compile: Compile<Result, Rest>,
): Compile<Result, Rest> => {
  // From the one that was not used for longest to the one that was used last.
  const entries = new Map<string, { readonly result: Promise<Result>; readonly size: number }>();
  let size = 0;

  const forget = (key: string): void => {
    size -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };

  return (name, content, ...rest) => {
    const checksum = createHash('sha256').update(content).digest('hex');
    const key = JSON.stringify([name, checksum, ...rest]);
    const known = entries.get(key);
    if (known !== undefined) {
      entries.delete(key);
      entries.set(key, known);
      return known.result;
    }
    const result = compile(name, new Uint8Array(content), ...rest);
    const entry = { result, size: content.length };
    entries.set(key, entry);
    size += entry.size;
    for (const oldest of entries.keys()) {
      if (size <= limit) break;
      forget(oldest);
    }
    const forgetThis = (): void => {
      if (entries.get(key) === entry) forget(key);
    };
    result.then(({ ok }) => {
      if (!ok) forgetThis();
    }, forgetThis);
    return result;
  };
};
