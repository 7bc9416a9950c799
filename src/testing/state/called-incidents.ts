import type { Key } from '../../engine/machine/types.ts';
import type { Wait } from '../../engine/waits/types.ts';

const incidentKeys = (waits: readonly Wait[]): readonly Key[] =>
  waits.flatMap((wait) => {
    if (wait.kind === 'incident') return [wait.incidentKey];
    return wait.kind === 'instance' ? incidentKeys(wait.waits) : [];
  });

/**
 * The keys of the incidents of called instances, at any depth, each with the id of the call activity that has led there.
 *
 * @param waits what the calling instance waits for
 */
export const calledIncidentKeys = (waits: readonly Wait[]): ReadonlyMap<Key, string> =>
  new Map(
    waits.flatMap((wait) =>
      wait.kind === 'instance' ? incidentKeys(wait.waits).map((key) => [key, wait.elementId] as const) : [],
    ),
  );
