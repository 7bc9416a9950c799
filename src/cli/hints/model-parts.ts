import { activationType } from '../../connector/activation-names.ts';
import type {
  EndKind,
  Flow,
  FlowNode,
  JobDefinition,
  MessageDefinition,
  ProcessModel,
  Source,
  Thrown,
  Trigger,
} from '../../engine/model/types.ts';
import type { Expression } from '../../feel/index.ts';

/** A job that an element creates. */
export interface JobPart {
  readonly model: ProcessModel;
  readonly elementId: string;
  /** How texts name it, e.g. `Charge (process shop)`. */
  readonly subject: string;
  readonly job: JobDefinition;
  /** Absent for the job of a listener. */
  readonly node?: FlowNode;
}

/** An event that awaits a message. */
export interface AwaitedPart {
  readonly model: ProcessModel;
  readonly elementId: string;
  readonly subject: string;
  readonly message: MessageDefinition;
}

/** How texts name an element. */
export const subjectOf = (model: ProcessModel, elementId: string): string => `${elementId} (process ${model.id})`;

const literal = /^(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)$/;

/** The value of an expression that is a literal: a text, a number, a boolean or null. `undefined` for all others. */
export const literalOf = (expression: Expression): unknown =>
  literal.test(expression.source.trim()) ? expression.evaluate(() => undefined) : undefined;

/** The text that a source always has; `undefined` if it depends on something. */
export const constantText = (source: Source | undefined): string | undefined => {
  if (source === undefined) return undefined;
  if (source.kind === 'static') return source.text;
  const value = literalOf(source.expression);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

/** The jobs that the elements of a process create, and those of listeners. */
export const jobsOf = (model: ProcessModel): readonly JobPart[] => {
  const listenerJobs = (elementId: string, listeners: ProcessModel['listeners']): readonly JobPart[] =>
    Object.values(listeners ?? {})
      .flat()
      .map((job) => ({ model, elementId, subject: `a listener of ${subjectOf(model, elementId)}`, job }));
  const own = [...model.nodes.values()].flatMap((node): readonly JobPart[] => {
    const job = node.kind === 'jobTask' ? node.job : node.kind === 'adHocSubProcess' ? node.adHoc.job : undefined;
    const part =
      job === undefined ? [] : [{ model, elementId: node.id, subject: subjectOf(model, node.id), job, node }];
    return [...part, ...listenerJobs(node.id, node.listeners)];
  });
  return [...own, ...listenerJobs(model.id, model.listeners)];
};

/** Whether a job activates an inbound connector. */
export const isActivation = ({ job }: JobPart): boolean => constantText(job.type) === activationType;

/** The source of the input mapping with a target; `undefined` without one. */
export const inputOf = (node: FlowNode | undefined, target: string): Source | undefined =>
  node?.inputs.find((input) => input.target.length === 1 && input.target[0] === target)?.source;

const triggerOf = (node: FlowNode): Trigger | { readonly kind: string } | undefined =>
  'trigger' in node ? node.trigger : undefined;

/** The events of a process that await a message. */
export const awaitedOf = (model: ProcessModel): readonly AwaitedPart[] =>
  [...model.nodes.values()].flatMap((node) => {
    const trigger = triggerOf(node);
    if (trigger === undefined || !('message' in trigger)) return [];
    return [{ model, elementId: node.id, subject: subjectOf(model, node.id), message: trigger.message }];
  });

/** An expression and what it is, e.g. `the input url of Fetch`. */
export interface ExpressionPart {
  readonly elementId: string;
  readonly place: string;
  readonly expression: Expression;
  /** The variables that input mappings have written by then, for this element or for one around it. */
  readonly local: readonly string[];
}

/** The variables of the scopes around an element that only input mappings write. */
const namesAround = (model: ProcessModel, scope: string): readonly string[] => {
  const node = model.nodes.get(scope);
  return node === undefined ? [] : localNames(model, node);
};

/**
 * The variables that only an element and what is inside of it see, because input mappings write them.
 *
 * @param count how many of its input mappings have been evaluated, in their order
 */
export const localNames = (
  model: ProcessModel,
  node: FlowNode,
  count: number = node.inputs.length,
): readonly string[] => {
  const element = node.loop?.inputElement;
  return [
    ...(element === undefined ? [] : [element]),
    ...node.inputs.slice(0, count).flatMap(({ target }) => target.slice(0, 1)),
    ...namesAround(model, node.scope),
  ];
};

/** An expression, or what may be one. */
type Part = Source | Expression | undefined;

const expressionIn = (part: Part): readonly Expression[] => {
  if (part === undefined) return [];
  if (!('kind' in part)) return [part];
  return part.kind === 'feel' ? [part.expression] : [];
};

const flowExpressions = (model: ProcessModel, { id, condition, source }: Flow): readonly ExpressionPart[] => {
  if (condition === undefined) return [];
  const local = namesAround(model, model.nodes.get(source)?.scope ?? model.id);
  return [{ elementId: id, place: `the condition of ${id}`, expression: condition, local }];
};

const triggerExpressions = (node: FlowNode): readonly Part[] => {
  const trigger = triggerOf(node) as Trigger | undefined;
  switch (trigger?.kind) {
    case 'message':
      return [trigger.message.name, trigger.message.correlationKey];
    case 'timer':
      return [trigger.timer.value];
    case 'signal':
      return [trigger.name];
    case 'condition':
      return [trigger.condition];
    default:
      return [];
  }
};

/** What an element evaluates of its own, with what it is in words. */
const ownExpressions = (node: FlowNode): readonly (readonly [place: string, parts: readonly Part[]])[] => {
  const ofJob = ({ type, retries, priority }: JobDefinition): ReturnType<typeof ownExpressions> => [
    ['the job type', [type]],
    ['the retries', [retries]],
    ['the priority', [priority]],
  ];
  switch (node.kind) {
    case 'jobTask':
      return ofJob(node.job);
    case 'scriptTask':
      return [['the script', [node.script]]];
    case 'userTask':
    case 'jobUserTask': {
      const { assignee, candidateGroups, candidateUsers, dueDate, followUpDate, form } = node.properties;
      return [
        ['the assignee', [assignee]],
        ['the candidates', [candidateGroups, candidateUsers]],
        ['the dates', [dueDate, followUpDate]],
        ['the form', [form?.value]],
        ['the priority', ['priority' in node ? node.priority : undefined]],
      ];
    }
    case 'decisionTask':
      return [['the decision', [node.decisionId, node.versionTag]]];
    case 'callActivity':
      return [['the called process', [node.processId, node.businessId]]];
    case 'adHocSubProcess': {
      const { job, activeElements, completionCondition, output } = node.adHoc;
      return [
        ...(job === undefined ? [] : ofJob(job)),
        ['the active elements', [activeElements]],
        ['the completion condition', [completionCondition]],
        ['the output element', [output?.element]],
      ];
    }
    case 'throwEvent':
      return [['the event', thrownExpressions(node.thrown)]];
    case 'endEvent':
      return [['the event', thrownExpressions(node.end)]];
    default:
      return [];
  }
};

const thrownExpressions = (thrown: Thrown | EndKind): readonly Part[] => {
  if (thrown.kind === 'signal') return [thrown.name];
  return thrown.kind === 'escalation' || thrown.kind === 'error' ? [thrown.code] : [];
};

/** What the engine counts for the conditions of a multi-instance activity. */
const loopCounts: readonly string[] = ['Instances', 'ActiveInstances', 'CompletedInstances', 'TerminatedInstances'].map(
  (each) => `numberOf${each}`,
);

/** The expressions of a process that read its variables, with their places; those of task headers are left out. */
export const expressionsOf = (model: ProcessModel): readonly ExpressionPart[] => [
  ...[...model.flows.values()].flatMap((flow) => flowExpressions(model, flow)),
  ...[...model.nodes.values()].flatMap((node): readonly ExpressionPart[] => {
    const all = localNames(model, node);
    const at = (place: string, parts: readonly Part[], local = all): readonly ExpressionPart[] =>
      parts
        .flatMap(expressionIn)
        .map((expression) => ({ elementId: node.id, place: `${place} of ${node.id}`, expression, local }));
    // A boundary event is evaluated when its activity begins.
    const activity = 'attachedTo' in node ? model.nodes.get(node.attachedTo) : undefined;
    const ofActivity = activity === undefined ? all : [...all, ...localNames(model, activity)];
    const { loop } = node;
    return [
      ...node.inputs.flatMap(({ source, target }, index) =>
        at(`the input ${target.join('.')}`, [source], localNames(model, node, index)),
      ),
      ...node.outputs.flatMap(({ source, target }) => at(`the output ${target.join('.')}`, [source])),
      ...at('the event', triggerExpressions(node), ofActivity),
      ...at('the input collection', [loop?.inputCollection], namesAround(model, node.scope)),
      ...at('the output element', [loop?.outputElement]),
      ...at('the completion condition', [loop?.completionCondition], [...all, ...loopCounts]),
      ...ownExpressions(node).flatMap(([place, parts]) => at(place, parts)),
    ];
  }),
];
