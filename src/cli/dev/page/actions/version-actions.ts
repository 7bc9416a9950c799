import { fault } from '../../../../common/fault.ts';
import type { Key, MachineInstance } from '../../../../engine/index.ts';
import { type InstanceResult, migrateInstances, startAnew } from '../../actions/versions.ts';
import type { StartVariables } from '../../session.ts';
import type { MovedInstance } from '../contract.ts';
import type { ActionsOf, Sources } from '../sources.ts';

/** What became of the instances. If nothing became of any, the action is refused with all reasons, and leaves no step. */
const movedOf = (results: readonly InstanceResult[], fix: string): readonly MovedInstance[] => {
  const problems = new Set(results.map(({ problem }) => problem));
  if (results.length > 0 && !problems.has(undefined)) {
    const what = [...problems].join('\n');
    throw fault('rejection', what.includes('Fix: ') ? { what } : { what, fix });
  }
  return results;
};

const migrateFix = 'choose another element for each one that the reason names, or start the instances anew.';

const startFix = 'correct what the reason names, or migrate the instances.';

/** The actions that move instances to the latest version of their process. */
export const versionActions = ({ engine }: Sources, starts: StartVariables): ActionsOf<'migrate' | 'startAnew'> => {
  const named = (keys: readonly Key[]): readonly MachineInstance[] =>
    keys.flatMap((key) => engine().instance(key) ?? []).filter(({ state }) => state === 'ACTIVE');
  return {
    migrate: ({ instances, mapping }) => {
      const targets = Object.entries(mapping).map(([id, target]) => [id, target === '' ? undefined : target]);
      return movedOf(migrateInstances(engine(), named(instances), Object.fromEntries(targets)), migrateFix);
    },
    startAnew: ({ instances }) => movedOf(startAnew(engine(), starts, named(instances)), startFix),
  };
};
