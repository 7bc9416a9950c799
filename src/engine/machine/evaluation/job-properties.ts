import type { Lookup } from '../../../feel/types.ts';
import { priorityRange } from '../../model/elements/zeebe-extensions.ts';
import type { JobDefinition, LinkedResource } from '../../model/types.ts';
import { findVersion } from '../store/bindings.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import { keyText } from '../store/keys.ts';
import type { ElementInstance } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { tenantKey } from '../tenants.ts';
import { evaluateInteger, evaluateText } from './expressions.ts';
import { evaluateIntegerWithin } from './optional-values.ts';

/** The properties of a new job. */
export interface JobProperties {
  readonly type: string;
  readonly retries: number;
  readonly priority: number;
}

/** Finds a linked resource. The result is what the worker is told about it. */
const findLinked = (
  context: Context,
  { definition }: ElementInstance,
  { id: source, type, linkName, binding }: LinkedResource,
  lookup: Lookup,
): { readonly resourceKey: string; readonly resourceType: string; readonly linkName?: string } => {
  const id = evaluateText(context, source, lookup);
  const versions = context.state.files.get(tenantKey(definition.tenant, id)) ?? [];
  const found = findVersion(versions, binding, definition, ({ versionTag }) => versionTag);
  if (found === undefined) {
    const which = {
      latest: '',
      deployment: ' in the same deployment as the process',
      versionTag: ` with the version tag '${binding.kind === 'versionTag' ? binding.versionTag : ''}'`,
    }[binding.kind];
    throw stepFailure(
      'RESOURCE_NOT_FOUND',
      `Expected to find a resource with id '${id}'${which}, but no such resource was found.`,
    );
  }
  return { resourceKey: keyText(found.key), resourceType: type, ...(linkName === undefined ? {} : { linkName }) };
};

/** Adds the header with the linked resources of a job to the element. */
const linkResources = (
  context: Context,
  element: ElementInstance,
  { headers, linkedResources = [] }: JobDefinition,
  lookup: Lookup,
): void => {
  if (linkedResources.length === 0) return;
  const found = linkedResources.map((resource) => findLinked(context, element, resource, lookup));
  element.details = {
    ...element.details,
    headers: Object.freeze({ ...headers, linkedResources: JSON.stringify(found) }),
  };
};

/**
 * Evaluates the properties of the job of an element, and finds its linked resources. Without a priority of its own, the job
 * has that of the process, or 0.
 */
export const evaluateJob = (context: Context, element: ElementInstance, job: JobDefinition): JobProperties => {
  const { type, retries, priority = element.definition.model.jobPriority } = job;
  const lookup = lookupFrom(element);
  const properties = {
    type: evaluateText(context, type, lookup),
    retries: evaluateInteger(context, retries, lookup),
    priority: priority === undefined ? 0 : evaluateIntegerWithin(context, priority, lookup, priorityRange),
  };
  linkResources(context, element, job, lookup);
  return properties;
};
