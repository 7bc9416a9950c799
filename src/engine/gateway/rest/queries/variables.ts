import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type { StoredVariable, Tables } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import type { Operation, OperationRequest } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import type { Searchable } from '../search/search.ts';
import {
  byInstance,
  byKey,
  direct,
  flag,
  found,
  instanceFields,
  jsonAnswer,
  key,
  searchOperation,
  shownTenant,
  text,
} from './shared.ts';

/** A longer value is cut in the answer to a search, as on a cluster. */
const longestValue = 8_191;

const valueTextOf = ({ value }: StoredVariable): string => stringifyValue(value);

const toWhole = (variable: StoredVariable): object => ({
  variableKey: variable.key,
  name: variable.name,
  value: valueTextOf(variable),
  scopeKey: variable.scopeKey,
  processInstanceKey: variable.instance.key,
  rootProcessInstanceKey: variable.instance.rootProcessInstanceKey,
  tenantId: shownTenant(variable.instance.tenantId),
});

const toCut = (variable: StoredVariable): object => {
  const value = valueTextOf(variable);
  const isTruncated = value.length > longestValue;
  return { ...toWhole(variable), value: isTruncated ? value.slice(0, longestValue) : value, isTruncated };
};

const fields: Readonly<Record<string, SearchField<StoredVariable>>> = {
  variableKey: key((variable) => variable.key),
  name: text(({ name }) => name),
  value: text(valueTextOf),
  scopeKey: key(({ scopeKey }) => scopeKey),
  isTruncated: flag((variable) => valueTextOf(variable).length > longestValue),
  ...instanceFields(({ instance }: StoredVariable) => instance),
};

/** The variables of the process instance to which a scope belongs. */
const aroundScope =
  ({ instances, elements }: Tables) =>
  (scopeKey: string): readonly StoredVariable[] =>
    (instances.get(scopeKey) ?? elements.get(scopeKey)?.instance)?.variables ?? [];

/** How variables are searched. */
export const variableSearch = (operation: string, { query }: OperationRequest): Searchable<StoredVariable> => ({
  operation,
  fields,
  toItem:
    query.get('truncateValues') === 'false' ? (variable) => ({ ...toWhole(variable), isTruncated: false }) : toCut,
});

/** The operations that read variables, by method and path. */
export const variableQueries = (storage: SecondaryStorage): Readonly<Record<string, Operation>> => ({
  'POST /variables/search': searchOperation(
    storage,
    ({ variables }) => variables.values(),
    (tables, request) => ({
      ...variableSearch('searchVariables', request),
      lookups: {
        variableKey: byKey(tables.variables),
        processInstanceKey: byInstance(tables, ({ variables }) => variables),
        scopeKey: aroundScope(tables),
      },
    }),
  ),
  'GET /variables/*': direct((request) => jsonAnswer(toWhole(found(storage.read().variables, 'Variable', request)))),
});
