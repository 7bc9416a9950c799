import * as v from 'valibot';
import { fault } from '../../../common/fault.ts';
import type { ActivatedJob } from '../../../connection/port.ts';
import { describeIssues } from '../../../connector/input/issue-texts.ts';
import { asList } from '../../../connector/rules/rule-engine.ts';
import type { Activation, JsonText } from '../../../connector/types.ts';
import { parseDocument, stringifyDocument, stringifyValue } from '../../../connector/values/json-text.ts';
import { format } from './subscription-process.ts';

/** A subscription as its process instance stores it. */
export interface StoredSubscription {
  readonly activation: Activation;
  /** The key of the activating task's job. */
  readonly activationJob: string;
  /** Milliseconds since the epoch; absent: never. */
  readonly expiresAt?: number;
  /** The state that the last call of its loop left. */
  readonly state?: JsonText;
}

/** The variables of a subscription's process instance that the jobs of its two tasks fetch. */
export const openVariables: readonly string[] = ['activation', 'activationJob'];
export const leaseVariables: readonly string[] = ['activation', 'activationJob', 'expiresAt', 'state'];

/**
 * Writes the variables that start a subscription's process instance. Its second task reads `connector` and `attempts`;
 * `format` is for people and for later formats.
 */
export const writeSubscription = (
  { activation, activationJob, expiresAt }: StoredSubscription,
  attempts: number,
): JsonText =>
  stringifyDocument({
    format,
    connector: activation.connector,
    attempts,
    activation,
    activationJob,
    expiresAt: expiresAt ?? null,
  });

/** Writes the variables that store a loop's state, in the scope of the task. */
export const writeState = (state: JsonText): JsonText => `{"state":${state}}`;

const stored = v.object({
  activation: v.looseObject({
    id: v.string(),
    connector: v.string(),
    messageName: v.string(),
    correlationKey: v.string(),
    variables: v.record(v.string(), v.unknown()),
    processInstanceKey: v.string(),
    bpmnProcessId: v.string(),
    elementId: v.string(),
    resultVariable: v.optional(v.string()),
    resultExpression: v.optional(v.string()),
  }),
  activationJob: v.string(),
  expiresAt: v.nullish(v.number()),
  state: v.unknown(),
});

/**
 * Reads a subscription from a job of its process, whose tenant is that of the subscription, whatever its variables say.
 *
 * Throws a fault if somebody has changed the variables; it names what is wrong and quotes no value.
 */
export const readSubscription = ({
  variables,
  tenantId,
}: Pick<ActivatedJob, 'variables'> & { readonly tenantId?: string }): StoredSubscription => {
  const found = parseDocument(variables);
  const read = v.safeParse(stored, { state: undefined, ...found });
  if (!read.success) {
    throw fault('value', {
      what: `The variables do not describe a subscription:\n${asList(describeIssues(read.issues))}`,
      fix: 'restore the variables, or cancel the process instance.',
    });
  }
  const { activation, activationJob, expiresAt, state } = read.output;
  return {
    activation: { ...(activation as Activation), ...(tenantId === undefined ? {} : { tenantId }) },
    activationJob,
    ...(expiresAt === null || expiresAt === undefined ? {} : { expiresAt }),
    ...(state === undefined ? {} : { state: stringifyValue(state) }),
  };
};
