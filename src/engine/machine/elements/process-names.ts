import type { FlowNode, JobDefinition, ProcessModel, Source } from '../../model/types.ts';
import type { ProcessNames, ProcessStart } from '../look-in-types.ts';
import { userTaskJobType } from './user-tasks.ts';

/** The text of a value; a FEEL expression begins with `=`. */
const textOf = (source: Source): string => (source.kind === 'static' ? source.text : `=${source.expression.source}`);

const jobsOf = (node: FlowNode): readonly JobDefinition[] => [
  ...(node.kind === 'jobTask' ? [node.job] : []),
  ...(node.kind === 'adHocSubProcess' && node.adHoc.job !== undefined ? [node.adHoc.job] : []),
  ...Object.values(node.listeners ?? {}).flat(),
];

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** The start events of a process, with what triggers them. */
export const startsOf = ({ nodes, noneStart, triggeredStarts }: ProcessModel): readonly ProcessStart[] =>
  [...nodes.values()].flatMap((node): readonly ProcessStart[] => {
    if (node.id === noneStart) return [{ elementId: node.id, kind: 'none' }];
    const trigger = triggeredStarts.includes(node.id) && node.kind === 'startEvent' ? node.trigger : undefined;
    switch (trigger?.kind) {
      case 'message':
        return [{ elementId: node.id, kind: 'message', name: textOf(trigger.message.name) }];
      case 'signal':
        return [{ elementId: node.id, kind: 'signal', name: textOf(trigger.name) }];
      case 'timer':
      case 'condition':
        return [{ elementId: node.id, kind: trigger.kind }];
      default:
        return [];
    }
  });

/** The names that a process uses for what is outside of it. */
export const namesOf = ({ nodes, listeners }: ProcessModel): ProcessNames => {
  const all = [...nodes.values()];
  const jobs = [...all.flatMap(jobsOf), ...Object.values(listeners ?? {}).flat()];
  return {
    jobTypes: unique([
      ...jobs.map(({ type }) => textOf(type)),
      ...(all.some(({ kind }) => kind === 'jobUserTask') ? [userTaskJobType] : []),
    ]),
    messages: unique(
      all.flatMap((node) =>
        'trigger' in node && node.trigger?.kind === 'message' ? [textOf(node.trigger.message.name)] : [],
      ),
    ),
    decisions: unique(all.flatMap((node) => (node.kind === 'decisionTask' ? [textOf(node.decisionId)] : []))),
  };
};
