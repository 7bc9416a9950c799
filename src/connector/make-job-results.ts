import { isObject } from '../common/is-object.ts';
import {
  type AdHocSubProcessResult,
  type ElementActivation,
  type JobResultReturn,
  jobResultReturn,
  type UserTaskCorrections,
  type UserTaskResult,
} from './job-results.ts';
import { anyText, flag, text } from './rules/common-rules.ts';
import { asList, check, listOf, objectOf, type Rule, when } from './rules/rule-engine.ts';

type Variables = Readonly<Record<string, unknown>>;

/** The arguments of {@link adHocResult}. */
export interface AdHocResultOptions {
  /** The elements of the sub-process to activate. Default: none. */
  readonly activateElements?: readonly ElementActivation[] | null;
  /** Whether the completion condition of the sub-process is fulfilled. Default: false. */
  readonly completionConditionFulfilled?: boolean;
  /** Whether the elements that are still active are cancelled when the condition is fulfilled. Default: false. */
  readonly cancelRemainingInstances?: boolean;
  /** Variables to set when the job completes. Default: none. */
  readonly variables?: Variables | null;
  /** What the error expression sees as `response`. Default: null. */
  readonly response?: unknown;
}

/** The arguments of {@link userTaskResult}. */
export interface UserTaskResultOptions {
  /** Denies the change; a text is the reason. Default: false. */
  readonly denied?: boolean | string;
  /** Changes to the user task. Not together with `denied`. */
  readonly corrections?: UserTaskCorrections;
}

const orNull =
  (rule: Rule): Rule =>
  (value) =>
    value === null ? undefined : rule(value);

const variables: Rule = orNull(when(isObject, 'an object of variables'));

const texts: Rule = listOf(anyText, 'a list of texts');

const anything: Rule = () => undefined;

const element: Rule = objectOf({ elementId: text, variables }, { required: ['elementId'] });

const adHocRule: Rule = objectOf({
  activateElements: orNull(listOf(element, 'a list of elements, e.g. [{ elementId: "Ask", variables: {} }]')),
  completionConditionFulfilled: flag,
  cancelRemainingInstances: flag,
  variables,
  response: anything,
});

const isPriority = (value: unknown): boolean =>
  (typeof value === 'number' || typeof value === 'bigint') &&
  Number.isInteger(Number(value)) &&
  Number(value) >= 0 &&
  Number(value) <= 100;

const correctionsRule: Rule = objectOf({
  assignee: anyText,
  candidateGroups: texts,
  candidateUsers: texts,
  dueDate: anyText,
  followUpDate: anyText,
  priority: when(isPriority, 'a whole number from 0 to 100'),
});

const userTaskRule: Rule = (value) => {
  const found = objectOf({
    denied: when((given) => typeof given === 'boolean' || typeof given === 'string', 'true, false or the reason'),
    corrections: correctionsRule,
  })(value);
  if (found !== undefined && found.length > 0) return found;
  const { denied = false, corrections } = value as UserTaskResultOptions;
  return denied !== false && corrections !== undefined ? 'expected either denied or corrections, but got both' : [];
};

const checkArguments = (maker: string, rule: Rule, options: unknown): void => {
  const problems = check(rule, options);
  if (problems.length > 0) throw new TypeError(`${maker}(…) got wrong arguments:\n${asList(problems)}`);
};

/** An expression counts with exact numbers, which may be of type bigint. */
const corrected = ({ priority, ...others }: UserTaskCorrections): UserTaskCorrections =>
  priority === undefined ? others : { ...others, priority: Number(priority) };

/**
 * Completes the job of an ad-hoc sub-process and decides how the sub-process continues. Return it from `run`. The task
 * headers `resultVariable` and `resultExpression` and the connector's `output` schema do not apply to it. Needs Camunda
 * 8.8.
 *
 * @param options the elements to activate, whether the completion condition is fulfilled, and variables
 * @throws TypeError that lists every wrong argument
 * @example
 * run: async ({ question }) => {
 *   const { tools, answer } = await model.ask(question);
 *   return adHocResult({
 *     activateElements: tools.map(({ name, input }) => ({ elementId: name, variables: { input } })),
 *     completionConditionFulfilled: tools.length === 0,
 *     variables: { answer },
 *   });
 * }
 */
export const adHocResult = (options: AdHocResultOptions = {}): JobResultReturn => {
  checkArguments('adHocResult', adHocRule, options);
  const { activateElements, completionConditionFulfilled = false, cancelRemainingInstances = false } = options;
  const result: AdHocSubProcessResult = {
    type: 'adHocSubProcess',
    activateElements: activateElements ?? [],
    completionConditionFulfilled,
    cancelRemainingInstances,
  };
  return jobResultReturn(result, options.variables, options.response ?? null);
};

/**
 * Completes the job of a user task listener: accepts the change, corrects the user task, or denies the change. Return it
 * from `run`. The task headers `resultVariable` and `resultExpression` and the connector's `output` schema do not apply
 * to it. Needs Camunda 8.8.
 *
 * @param options `corrections` to the user task, or `denied`; without both, the change is accepted
 * @throws TypeError that lists every wrong argument
 * @example
 * run: ({ amount }, { job }) =>
 *   amount > 1000 ? userTaskResult({ denied: 'Needs a second approval' }) : userTaskResult({ corrections: { priority: 80 } })
 */
export const userTaskResult = (options: UserTaskResultOptions = {}): JobResultReturn => {
  checkArguments('userTaskResult', userTaskRule, options);
  const { denied = false, corrections } = options;
  const result: UserTaskResult = {
    type: 'userTask',
    denied: denied !== false,
    ...(typeof denied === 'string' && denied !== '' ? { deniedReason: denied } : {}),
    ...(corrections === undefined ? {} : { corrections: corrected(corrections) }),
  };
  return jobResultReturn(result, undefined, null);
};
