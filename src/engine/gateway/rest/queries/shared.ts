import { type Fault, fault } from '../../../../common/fault.ts';
import { stringifyValue } from '../../../../connector/values/json-text.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { StoredInstance, Tables } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import { parseBody } from '../fields.ts';
import type { DirectOperation, OperationAnswer, OperationRequest } from '../operation.ts';
import type { FieldType, SearchField } from '../search/filter.ts';
import { beginSearch, type Searchable } from '../search/search.ts';

/** A time as the API shows it; null without one. */
export const isoTime = (time: number | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString();

/** A tenant as the API shows it. */
export const shownTenant = (tenantId: string | undefined): string => tenantId ?? defaultTenant;

export const jsonAnswer = (value: object): OperationAnswer => ({ status: 200, json: stringifyValue(value) });

export const bodyOf = ({ body }: OperationRequest): Readonly<Record<string, unknown>> =>
  parseBody(body.toString('utf8'));

/** Something that a client has asked for by its key is not there. */
export const notFound = (what: string, key: string): Fault<'rejection'> =>
  fault(
    'rejection',
    {
      what: `${what} with key '${key}' not found.`,
      fix: 'search for it to find its key. The engine forgets what ended long ago (keepEnded).',
    },
    { code: 'NOT_FOUND' as const },
  );

/** Records by key. */
interface Records<Item> {
  get(key: string): Item | undefined;
}

/** The record with the key of a request. */
export const found = <Item>(records: Records<Item>, what: string, { keys }: OperationRequest): Item => {
  const item = records.get(keys[0]!);
  if (item === undefined) throw notFound(what, keys[0]!);
  return item;
};

/** Makes a field of a search from what reads its value. */
type MakeField = <Item>(of: (item: Item) => unknown) => SearchField<Item>;

const fieldOf =
  (type: FieldType): MakeField =>
  (of) => ({ type, of });

/** Fields of a search, by what their values are. */
export const text: MakeField = fieldOf('text');
export const key: MakeField = fieldOf('key');
export const number: MakeField = fieldOf('number');
export const time: MakeField = fieldOf('time');
export const flag: MakeField = fieldOf('flag');

/** A field with one of some values, which a filter has to name. */
export const oneOf = <Item>(values: readonly string[], of: (item: Item) => unknown): SearchField<Item> => ({
  ...{ type: 'enum', values, of },
});

/** A field that takes a value only. */
export const exactly = <Item>(field: SearchField<Item>): SearchField<Item> => ({ ...field, isExact: true });

/** The fields of everything that belongs to a process instance. */
export const instanceFields = <Item>(
  of: (item: Item) => StoredInstance,
): Readonly<
  Record<
    'processInstanceKey' | 'rootProcessInstanceKey' | 'processDefinitionKey' | 'processDefinitionId' | 'tenantId',
    SearchField<Item>
  >
> => ({
  processInstanceKey: key((item) => of(item).key),
  rootProcessInstanceKey: key((item) => of(item).rootProcessInstanceKey),
  processDefinitionKey: key((item) => of(item).process.key),
  processDefinitionId: text((item) => of(item).process.view.bpmnProcessId),
  tenantId: text((item) => shownTenant(of(item).tenantId)),
});

/** What the API shows of the process instance of something. */
interface InstanceItem {
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
  readonly processDefinitionKey: string;
  readonly processDefinitionId: string;
  readonly tenantId: string;
}

export const toInstanceItem = (instance: StoredInstance): InstanceItem => ({
  processInstanceKey: instance.key,
  rootProcessInstanceKey: instance.rootProcessInstanceKey,
  processDefinitionKey: instance.process.key,
  processDefinitionId: instance.process.view.bpmnProcessId,
  tenantId: shownTenant(instance.tenantId),
});

/** An operation that answers at once. */
export const direct = (act: DirectOperation['act']): DirectOperation => ({ kind: 'direct', act });

/** Milliseconds for which a search works before it lets others do theirs. */
const slice = 10;

/** A search of the records of one kind. */
export const searchOperation = <Item extends { readonly order: number }>(
  storage: SecondaryStorage,
  all: (tables: Tables, request: OperationRequest) => Iterable<Item>,
  searchableOf: (tables: Tables, request: OperationRequest) => Searchable<Item>,
): DirectOperation =>
  direct((request) => {
    const tables = storage.read();
    const scan = beginSearch(searchableOf(tables, request), bodyOf(request), all(tables, request));
    // Most searches are over at once. Others let the engine work between their slices.
    if (scan.run(slice)) return jsonAnswer(scan.page());
    return new Promise((resolve, reject) => {
      const goOn = (): void => {
        try {
          if (scan.run(slice)) resolve(jsonAnswer(scan.page()));
          else setImmediate(goOn);
        } catch (error) {
          reject(error);
        }
      };
      setImmediate(goOn);
    });
  });

const nothing: readonly never[] = [];

/** Looks up a part of process instances by the key of the instance. */
export const byInstance =
  <Item>({ instances }: Tables, partsOf: (instance: StoredInstance) => readonly Item[]) =>
  (instanceKey: string): readonly Item[] => {
    const instance = instances.get(instanceKey);
    return instance === undefined ? nothing : partsOf(instance);
  };

/** Looks up a record by its own key. */
export const byKey =
  <Item>(records: Records<Item>) =>
  (wanted: string): readonly Item[] => {
    const item = records.get(wanted);
    return item === undefined ? nothing : [item];
  };
