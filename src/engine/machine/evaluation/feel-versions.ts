import type { EvaluateOptions } from '../../../feel/types.ts';
import { type ClusterVersion, isSince } from '../../model/cluster-version.ts';

/** The functions of FEEL that older clusters do not know. There, a call of them gives null. */
const since: Readonly<Record<string, ClusterVersion>> = {
  'is blank': '8.7',
  partition: '8.7',
  fromAi: '8.8',
  'to json': '8.9',
  'from json': '8.9',
};

const unknownFunction = (): null => null;

/** The functions that hide those of newer clusters; `undefined` if there are none. */
export const hiddenFunctions = (version: ClusterVersion): EvaluateOptions['functions'] | undefined => {
  const names = Object.keys(since).filter((name) => !isSince(version, since[name]!));
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, unknownFunction]));
};
