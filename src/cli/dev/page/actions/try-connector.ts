import { createHash } from 'node:crypto';
import { fault } from '../../../../common/fault.ts';
import { didYouMean, nearest } from '../../../../common/nearest-name.ts';
import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type { Engine, EngineEvent, Key, Variables } from '../../../../engine/index.ts';
import { literalText } from '../../../../template/feel-literal.ts';
import type { OutboundFacts } from '../../../modules/connector-facts.ts';
import type { ActionsOf, Sources } from '../sources.ts';

/** How long an answer waits for the end. The view shows the job from its start on. */
const patience = 1_000;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Readers of XML take a line break or a tab in an attribute for a blank, unless it is written as a number. */
const escaped = (text: string): string =>
  text.replace(/[&<>"\t\n\r]/g, (character) => escapes[character] ?? `&#${character.codePointAt(0)};`);

/** What no file in XML can hold in an attribute: control characters, halves of a surrogate pair, and two that are no characters. */
const unwritable = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** The id of the process that tries a job type. Types that differ have different ids, although an id allows fewer characters. */
const processIdOf = (type: string): string => {
  const id = type.replace(/[^\w.-]/g, '_');
  const suffix = id === type ? '' : `-${createHash('sha256').update(type).digest('hex').slice(0, 16)}`;
  return `try-${id}${suffix}`;
};

/** What an attribute cannot hold, however it is written. */
const unwritableText = /(?![\t\n\r])\p{Cc}|[\p{Cs}\uFFFE\uFFFF]/u;

type Headers = Readonly<Record<string, string>>;

const headersXml = (headers: Headers): string => {
  const entries = Object.entries(headers).map(
    ([key, value]) => `<zeebe:header key="${escaped(key)}" value="${escaped(value)}" />`,
  );
  return entries.length === 0 ? '' : `<zeebe:taskHeaders>${entries.join('')}</zeebe:taskHeaders>`;
};

/** A process with nothing but one task. The engine runs it as it runs every process, with the connector at work. */
const processFor = (type: string, headers: Headers): string => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="${processIdOf(type)}" name="Try ${escaped(type)}" isExecutable="true">
    <bpmn:startEvent id="Start"><bpmn:outgoing>toTask</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="toTask" sourceRef="Start" targetRef="Task" />
    <bpmn:serviceTask id="Task" name="${escaped(type)}">
      <bpmn:extensionElements><zeebe:taskDefinition type="${escaped(literalText(type))}" retries="1" />${headersXml(headers)}</bpmn:extensionElements>
      <bpmn:incoming>toTask</bpmn:incoming><bpmn:outgoing>toEnd</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="toEnd" sourceRef="Task" targetRef="End" />
    <bpmn:endEvent id="End"><bpmn:incoming>toEnd</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
`;

const valueAt = (values: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined) return values;
  const isObject = typeof values === 'object' && values !== null && Object.hasOwn(values, name);
  return isObject ? valueAt((values as Variables)[name], rest) : undefined;
};

/** The task headers for an input: parameters of connectors may be there instead of in a variable. */
const headersOf = (parameters: OutboundFacts['headers'], variables: Variables): Headers =>
  Object.fromEntries(
    parameters.flatMap(({ path, header }) => {
      const value = valueAt(variables, path);
      if (value === undefined || value === null || value === '') return [];
      return [[header, typeof value === 'string' ? value : stringifyValue(value)]];
    }),
  );

/** The task headers of a trial, with the operation if there are several. */
const trialHeaders = (
  connector: OutboundFacts | undefined,
  operation: string | undefined,
  variables: Variables,
): Headers => {
  const operations = connector?.operations;
  if (connector === undefined || operations === undefined) return headersOf(connector?.headers ?? [], variables);
  const chosen = operations.find(({ id }) => id === operation);
  if (chosen === undefined) {
    const ids = operations.map(({ id }) => id);
    throw fault('rejection', {
      what: didYouMean(
        operation === undefined
          ? `The connector "${connector.type}" has several operations.`
          : `The connector "${connector.type}" has no operation "${operation}".`,
        operation === undefined ? undefined : nearest(operation, ids),
      ),
      fix: `choose one of ${ids.join(', ')}.`,
    });
  }
  return { ...headersOf(chosen.headers, variables), operation: chosen.id };
};

interface Place {
  readonly tenantId?: string;
}

/** The version of the process that tries a job type with these headers. It is deployed only if there is none, so that few versions exist. */
const versionOf = async (engine: Engine, type: string, headers: Headers, place: Place): Promise<number> => {
  const id = processIdOf(type);
  const content = processFor(type, headers);
  const bytes = Buffer.from(content);
  const known = engine.processes().findLast(({ bpmnProcessId, tenantId, deleted, processDefinitionKey: key }) => {
    if (bpmnProcessId !== id || tenantId !== place.tenantId || deleted) return false;
    return bytes.equals(engine.resource(key)?.content ?? new Uint8Array());
  });
  if (known !== undefined) return known.version;
  const { processes } = await engine.deploy({ name: `${id}.bpmn`, content }, place);
  return processes[0]!.version;
};

/** Resolves when an instance has ended or is stuck, or when the patience is over. */
const settled = async (engine: Engine, instance: Key): Promise<void> => {
  const signal = AbortSignal.timeout(patience);
  const isIncident = (event: EngineEvent): boolean =>
    event.kind === 'incident:created' && event.incident.processInstanceKey === instance;
  await Promise.race([
    engine.ended(instance, { signal }),
    engine.incidents(instance).length > 0 ? undefined : engine.next(isIncident, { signal }),
  ]).catch(() => {});
};

/**
 * The action that runs a connector with an input, without a process of the user.
 *
 * @param place the tenant of the instance
 * @throws a `rejection` fault if no loaded connector has the type, or if no process can contain it
 */
export const tryActions = (sources: Sources, place: Place): ActionsOf<'tryConnector'> => ({
  tryConnector: async ({ type, operation, variables }) => {
    const types = sources.jobTypes();
    if (!types.has(type)) {
      throw fault('rejection', {
        what: didYouMean(`No loaded connector has the job type "${type}".`, nearest(type, [...types])),
      });
    }
    if (unwritable.test(type)) {
      throw fault('rejection', {
        what: `The job type ${JSON.stringify(type)} has a character that no process can contain, so no task can have it.`,
        fix: 'give the connector a type without control characters and without halves of surrogate pairs.',
      });
    }
    const connector = sources.connectors?.().outbound.find((each) => each.type === type);
    const headers = trialHeaders(connector, operation, variables);
    const wrong = Object.entries(headers).find((entry) => entry.some((text) => unwritableText.test(text)));
    if (wrong !== undefined) {
      throw fault('rejection', {
        what: `The value for the task header ${JSON.stringify(wrong[0])} has a character that no process can contain.`,
        fix: 'leave control characters and halves of surrogate pairs out.',
      });
    }
    const engine = sources.engine();
    // With the version: another request may deploy a later one of the same process meanwhile.
    const version = await versionOf(engine, type, headers, place);
    const { processInstanceKey } = engine.createInstance({
      ...{ bpmnProcessId: processIdOf(type), version, variables },
      ...place,
    });
    await settled(engine, processInstanceKey);
    return { instance: processInstanceKey };
  },
});
