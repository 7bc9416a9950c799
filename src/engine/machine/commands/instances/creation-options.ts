import type { FlowNode, ProcessModel } from '../../../model/types.ts';
import { isInsideLoop, notActivatable } from '../../flow/direct-activation.ts';
import { reject } from '../../rejection.ts';
import { longestBusinessId } from '../../requests.ts';
import type { ElementDetails } from '../../store/records.ts';
import type { CreateOptions } from '../../types.ts';

const invalid = (reason: string): Error =>
  reject('INVALID_ARGUMENT', 'CREATE', `Expected to create instance of process with ${reason}`);

/** The nodes that instructions name, if a command can activate them. */
const nodesOf = (model: ProcessModel, what: string, ids: readonly string[]): readonly FlowNode[] =>
  ids.map((id) => {
    const node = model.nodes.get(id);
    if (node === undefined) {
      const fault = model.flows.has(id) ? `the element with id '${id}' is a sequence flow` : undefined;
      throw invalid(`${what} but ${fault ?? `no element found with id '${id}'.`}`);
    }
    const reason = notActivatable(model, node);
    if (reason !== undefined) throw invalid(`${what} but the element with id '${id}' is not supported: ${reason}.`);
    if (isInsideLoop(model, node)) {
      throw invalid(`${what} but the element with id '${id}' is inside a multi-instance subprocess.`);
    }
    return node;
  });

const mostTags = 10;

const tag: RegExp = /^[A-Za-z][A-Za-z0-9_\-:.]{0,99}$/;

const checkTags = (given: readonly string[]): readonly string[] => {
  const tags = [...new Set(given)];
  if (tags.length > mostTags) throw invalid(`tags, but the number of tags exceeds the limit of ${mostTags}.`);
  const wrong = tags.find((text) => typeof text !== 'string' || !tag.test(text));
  if (wrong === undefined) return tags;
  throw invalid(
    `tags, but tag '${String(wrong).slice(0, 200)}' is invalid. Tag must start with a letter (a-z, A-Z), followed by alphanumerics, underscores, minuses, colons, or periods. It must not be blank and must be 100 characters or less.`,
  );
};

const checkBusinessId = (businessId: string): string => {
  if (typeof businessId === 'string' && businessId !== '' && businessId.length <= longestBusinessId) return businessId;
  throw invalid(`a business id of 1 to ${longestBusinessId} characters, but it has ${String(businessId).length}.`);
};

/** The options of a new process instance, checked. */
export interface CheckedOptions {
  /** The elements of its start instructions, if it has some. */
  readonly startAt: readonly FlowNode[];
  readonly details: Pick<ElementDetails, 'tags' | 'businessId' | 'terminateAfter'> | undefined;
}

const noOptions: CheckedOptions = { startAt: [], details: undefined };

const isEmpty = (list: readonly unknown[] | undefined): boolean => list === undefined || list.length === 0;

/** Checks the options of CreateProcessInstance. Most instances have none. */
export const checkOptions = (model: ProcessModel, options: CreateOptions): CheckedOptions =>
  isEmpty(options.startInstructions) &&
  isEmpty(options.runtimeInstructions) &&
  isEmpty(options.tags) &&
  options.businessId === undefined
    ? noOptions
    : checkGiven(model, options);

const checkGiven = (
  model: ProcessModel,
  { startInstructions = [], runtimeInstructions = [], tags: givenTags = [], businessId }: CreateOptions,
): CheckedOptions => {
  const startAt = nodesOf(
    model,
    'start instructions',
    startInstructions.map(({ elementId }) => elementId),
  );
  const terminateAfter = nodesOf(
    model,
    'runtime instructions',
    runtimeInstructions.map(({ terminateAfterElementId }) => terminateAfterElementId),
  ).map(({ id }) => id);
  const tags = checkTags(givenTags);
  return {
    startAt,
    details: {
      ...(tags.length === 0 ? {} : { tags }),
      ...(businessId === undefined ? {} : { businessId: checkBusinessId(businessId) }),
      ...(terminateAfter.length === 0 ? {} : { terminateAfter }),
    },
  };
};
