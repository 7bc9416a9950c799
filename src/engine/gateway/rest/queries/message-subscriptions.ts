import type { StoredCorrelation, StoredProcess, StoredSubscription } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import type { Operation } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import { subscriptionStates, subscriptionTypes } from './enumerations.ts';
import {
  byInstance,
  instanceFields,
  isoTime,
  key,
  number,
  oneOf,
  searchOperation,
  shownTenant,
  text,
  time,
  toInstanceItem,
} from './shared.ts';

const typeOf = ({ instance }: StoredSubscription): string => (instance === undefined ? 'START_EVENT' : 'PROCESS_EVENT');

/** The definition that waits: after a migration, that of the instance. */
const processOf = ({ instance, process }: StoredSubscription): StoredProcess => instance?.process ?? process;

const tenantOf = (subscription: StoredSubscription): string => shownTenant(processOf(subscription).view.tenantId);

/** The names of `zeebe:properties` that describe a tool for an agent begin with it. */
const toolPrefix = 'io.camunda.tool:';

const noProperties: Readonly<Record<string, string>> = Object.freeze({});

const propertiesOf = (subscription: StoredSubscription): Readonly<Record<string, string>> =>
  processOf(subscription).elements.get(subscription.view.elementId)?.properties ?? noProperties;

const toolNameOf = (subscription: StoredSubscription): string | undefined =>
  propertiesOf(subscription)[`${toolPrefix}name`];

const connectorTypeOf = (subscription: StoredSubscription): string | undefined =>
  propertiesOf(subscription)['inbound.type'];

const toItem = (subscription: StoredSubscription): object => {
  const { view, instance, state, lastUpdatedDate } = subscription;
  const process = processOf(subscription);
  const properties = Object.entries(propertiesOf(subscription));
  return {
    messageSubscriptionKey: subscription.key,
    messageSubscriptionType: typeOf(subscription),
    messageSubscriptionState: state,
    messageName: view.name,
    correlationKey: view.correlationKey ?? null,
    lastUpdatedDate: isoTime(lastUpdatedDate),
    elementId: view.elementId,
    elementInstanceKey: view.elementInstanceKey ?? null,
    processInstanceKey: instance?.key ?? null,
    rootProcessInstanceKey: instance?.rootProcessInstanceKey ?? null,
    processDefinitionKey: process.key,
    processDefinitionId: process.view.bpmnProcessId,
    processDefinitionName: process.view.name,
    processDefinitionVersion: process.view.version,
    toolName: toolNameOf(subscription) ?? null,
    toolProperties: Object.fromEntries(properties.filter(([name]) => name.startsWith(toolPrefix))),
    inboundConnectorType: connectorTypeOf(subscription) ?? null,
    businessId: instance?.businessId ?? null,
    tenantId: tenantOf(subscription),
  };
};

const fields: Readonly<Record<string, SearchField<StoredSubscription>>> = {
  messageSubscriptionKey: key((subscription) => subscription.key),
  messageSubscriptionType: oneOf(subscriptionTypes, typeOf),
  messageSubscriptionState: oneOf(subscriptionStates, ({ state }) => state),
  messageName: text(({ view }) => view.name),
  correlationKey: text(({ view }) => view.correlationKey),
  lastUpdatedDate: time(({ lastUpdatedDate }) => lastUpdatedDate),
  elementId: text(({ view }) => view.elementId),
  elementInstanceKey: key(({ view }) => view.elementInstanceKey),
  processInstanceKey: key(({ instance }) => instance?.key),
  rootProcessInstanceKey: key(({ instance }) => instance?.rootProcessInstanceKey),
  processDefinitionKey: key((subscription) => processOf(subscription).key),
  processDefinitionId: text((subscription) => processOf(subscription).view.bpmnProcessId),
  toolName: text(toolNameOf),
  inboundConnectorType: text(connectorTypeOf),
  businessId: text(({ instance }) => instance?.businessId),
  tenantId: text(tenantOf),
};

const correlationFields: Readonly<Record<string, SearchField<StoredCorrelation>>> = {
  messageKey: key(({ messageKey }) => messageKey),
  messageName: text(({ messageName }) => messageName),
  correlationKey: text(({ correlationKey }) => correlationKey),
  correlationTime: time(({ correlationTime }) => correlationTime),
  elementId: text(({ elementId }) => elementId),
  elementInstanceKey: key(({ elementInstanceKey }) => elementInstanceKey),
  subscriptionKey: key(({ subscriptionKey }) => subscriptionKey),
  partitionId: number(() => 1),
  ...instanceFields(({ instance }: StoredCorrelation) => instance),
};

const toCorrelationItem = (correlation: StoredCorrelation): object => ({
  messageKey: correlation.messageKey,
  messageName: correlation.messageName,
  correlationKey: correlation.correlationKey,
  correlationTime: isoTime(correlation.correlationTime),
  elementId: correlation.elementId,
  elementInstanceKey: correlation.elementInstanceKey ?? null,
  subscriptionKey: correlation.subscriptionKey ?? null,
  partitionId: 1,
  ...toInstanceItem(correlation.instance),
});

/** The operations that read message subscriptions, by method and path. */
export const messageSubscriptionQueries = (storage: SecondaryStorage): Readonly<Record<string, Operation>> => ({
  'POST /message-subscriptions/search': searchOperation(
    storage,
    ({ subscriptions }) => subscriptions.values(),
    (tables) => ({
      operation: 'searchMessageSubscriptions',
      fields,
      lookups: { processInstanceKey: byInstance(tables, ({ subscriptions }) => subscriptions) },
      toItem,
    }),
  ),
  'POST /correlated-message-subscriptions/search': searchOperation(
    storage,
    ({ correlations }) => correlations.values(),
    (tables) => ({
      operation: 'searchCorrelatedMessageSubscriptions',
      fields: correlationFields,
      lookups: { processInstanceKey: byInstance(tables, ({ correlations }) => correlations) },
      toItem: toCorrelationItem,
    }),
  ),
});
