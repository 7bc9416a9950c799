import type { Tables } from '../../../secondary-storage/records.ts';
import type { Operation } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import type { DefinitionServices } from './process-definitions.ts';
import { direct, found, jsonAnswer, key, notFound, number, searchOperation, shownTenant, text } from './shared.ts';

/** A version of a process, a form, a DMN file or another file. */
interface DeployedResource {
  readonly order: number;
  readonly resourceKey: string;
  readonly resourceName: string;
  readonly resourceId: string;
  readonly version: number;
  readonly versionTag: string | null;
  readonly tenantId: string;
}

const resourcesOf = ({ processes, forms, requirements, files }: Tables): readonly DeployedResource[] => [
  ...[...processes.values()]
    .filter(({ isDeleted }) => !isDeleted)
    .map(({ order, key: resourceKey, view }) => ({
      ...{ order, resourceKey, resourceName: view.resourceName, resourceId: view.bpmnProcessId },
      ...{ version: view.version, versionTag: view.versionTag ?? null, tenantId: shownTenant(view.tenantId) },
    })),
  ...[...forms.values()].map(({ order, key: resourceKey, view }) => ({
    ...{ order, resourceKey, resourceName: view.resourceName, resourceId: view.formId },
    ...{ version: view.version, versionTag: null, tenantId: shownTenant(view.tenantId) },
  })),
  ...[...files.values()].map(({ order, key: resourceKey, view }) => ({
    ...{ order, resourceKey, resourceName: view.resourceName, resourceId: view.resourceId },
    ...{ version: view.version, versionTag: view.versionTag ?? null, tenantId: shownTenant(view.tenantId) },
  })),
  ...[...requirements.values()].map(({ order, key: resourceKey, view }) => ({
    ...{ order, resourceKey, resourceName: view.resourceName, resourceId: view.dmnDecisionRequirementsId },
    ...{ version: view.version, versionTag: null, tenantId: shownTenant(view.tenantId) },
  })),
];

const toItem = ({ order: _order, ...item }: DeployedResource): object => item;

const fields: Readonly<Record<string, SearchField<DeployedResource>>> = {
  resourceKey: key(({ resourceKey }) => resourceKey),
  resourceName: text(({ resourceName }) => resourceName),
  resourceId: text(({ resourceId }) => resourceId),
  version: number(({ version }) => version),
  versionTag: text(({ versionTag }) => versionTag),
  tenantId: text(({ tenantId }) => tenantId),
};

/** The operations that read deployed files, by method and path. */
export const resourceQueries = ({ storage, host }: DefinitionServices): Readonly<Record<string, Operation>> => {
  const byKey = (): ReadonlyMap<string, DeployedResource> =>
    new Map(resourcesOf(storage.read()).map((resource) => [resource.resourceKey, resource]));
  return {
    'POST /resources/search': searchOperation(storage, resourcesOf, () => ({
      operation: 'searchResources',
      fields,
      toItem,
    })),
    'GET /resources/*': direct((request) => jsonAnswer(toItem(found(byKey(), 'Resource', request)))),
    'GET /resources/*/content/binary': direct((request) => {
      const { resourceKey } = found(byKey(), 'Resource', request);
      const file = host.read((machine) => machine.resource(resourceKey));
      if (file === undefined) throw notFound('Resource', resourceKey);
      return { status: 200, content: { type: 'application/octet-stream', bytes: Buffer.from(file.content) } };
    }),
  };
};
