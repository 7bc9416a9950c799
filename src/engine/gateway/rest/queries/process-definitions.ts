import type { MachineHost } from '../../../host/machine-host.ts';
import type { FormMetadata } from '../../../machine/types.ts';
import type { StoredProcess, Tables } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import { noContent, type Operation, type OperationAnswer } from '../operation.ts';
import { definitionStates } from './enumerations.ts';
import {
  byKey,
  direct,
  exactly,
  flag,
  found,
  jsonAnswer,
  key,
  number,
  oneOf,
  searchOperation,
  shownTenant,
  text,
} from './shared.ts';

/** What the queries need. */
export interface DefinitionServices {
  readonly storage: SecondaryStorage;
  readonly host: MachineHost;
}

const stateOf = ({ instances }: Tables, process: StoredProcess): string => {
  if (!process.isDeleted) return 'ACTIVE';
  for (const instance of instances.values()) {
    if (instance.process === process && instance.state === 'ACTIVE') return 'DRAINING';
  }
  return 'DELETED';
};

const toItem = ({ host }: DefinitionServices, tables: Tables, process: StoredProcess): object => ({
  processDefinitionKey: process.key,
  processDefinitionId: process.view.bpmnProcessId,
  name: process.view.name,
  resourceName: process.view.resourceName,
  version: process.view.version,
  versionTag: process.view.versionTag ?? null,
  tenantId: shownTenant(process.view.tenantId),
  hasStartForm: host.read((machine) => machine.startForm(process.key)) !== undefined,
  state: stateOf(tables, process),
});

const isLatest = ({ processes }: Tables, { view }: StoredProcess): boolean => {
  for (const other of processes.values()) {
    if (other.isDeleted || other.view.bpmnProcessId !== view.bpmnProcessId) continue;
    if (other.view.tenantId === view.tenantId && other.view.version > view.version) return false;
  }
  return true;
};

/** A form as the API shows it, with its content as text. */
export const formAnswer = ({ host }: DefinitionServices, form: FormMetadata | undefined): OperationAnswer => {
  const file = form && host.read((machine) => machine.resource(form.formKey));
  if (form === undefined || file === undefined) return noContent;
  return jsonAnswer({
    formKey: form.formKey,
    formId: form.formId,
    schema: Buffer.from(file.content).toString('utf8'),
    version: form.version,
    tenantId: shownTenant(form.tenantId),
  });
};

/** The content of a file as XML. */
export const xmlAnswer = ({ host }: DefinitionServices, resourceKey: string): OperationAnswer => {
  const file = host.read((machine) => machine.resource(resourceKey));
  if (file === undefined) return noContent;
  return { status: 200, content: { type: 'text/xml; charset=utf-8', bytes: Buffer.from(file.content) } };
};

const what = 'Process Definition';

/** The operations that read process definitions, by method and path. */
export const processDefinitionQueries = (services: DefinitionServices): Readonly<Record<string, Operation>> => {
  const { storage, host } = services;
  return {
    'POST /process-definitions/search': searchOperation(
      storage,
      ({ processes }) => processes.values(),
      (tables) => ({
        operation: 'searchProcessDefinitions',
        fields: {
          processDefinitionKey: exactly(key(({ key: own }: StoredProcess) => own)),
          processDefinitionId: text(({ view }) => view.bpmnProcessId),
          name: text(({ view }) => view.name),
          resourceName: exactly(text(({ view }: StoredProcess) => view.resourceName)),
          version: exactly(number(({ view }: StoredProcess) => view.version)),
          versionTag: exactly(text(({ view }: StoredProcess) => view.versionTag)),
          tenantId: exactly(text(({ view }: StoredProcess) => shownTenant(view.tenantId))),
          isLatestVersion: flag((process) => !process.isDeleted && isLatest(tables, process)),
          hasStartForm: flag(({ key: own }) => host.read((machine) => machine.startForm(own)) !== undefined),
          state: oneOf(definitionStates, (process) => stateOf(tables, process)),
        },
        lookups: { processDefinitionKey: byKey(tables.processes) },
        toItem: (process) => toItem(services, tables, process),
      }),
    ),
    'GET /process-definitions/*': direct((request) => {
      const tables = storage.read();
      return jsonAnswer(toItem(services, tables, found(tables.processes, what, request)));
    }),
    'GET /process-definitions/*/xml': direct((request) =>
      xmlAnswer(services, found(storage.read().processes, what, request).key),
    ),
    'GET /process-definitions/*/form': direct((request) => {
      const { key: own } = found(storage.read().processes, what, request);
      return formAnswer(
        services,
        host.read((machine) => machine.startForm(own)),
      );
    }),
  };
};
