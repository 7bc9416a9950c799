/** What a saved diagram says of one element: the parts that templates write, as plain data. */
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import { type Element, elementAt, elements, extensionsOf, textAt } from '../../../src/engine/model/xml/element.ts';

/** One element of a saved diagram. An input without source is null. */
export interface Reading {
  readonly type: string;
  readonly eventDefinition?: string;
  readonly templateId?: string;
  readonly templateVersion?: number;
  readonly taskType?: string;
  readonly retries?: string;
  readonly inputs: Readonly<Record<string, string | null>>;
  /** Sources by target. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  /** The attributes of each linked resource, by link name; absent if there are none. */
  readonly linkedResources?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The priority of the jobs. */
  readonly priority?: string;
  readonly agentType?: string;
  readonly adHoc?: Readonly<Record<string, string>>;
  /** Absent if there are none. */
  readonly executionListeners?: readonly Readonly<Record<string, string>>[];
  readonly message?: { readonly name?: string; readonly correlationKey?: string };
}

const zeebe: unknown = createRequire(import.meta.url)('zeebe-bpmn-moddle/resources/zeebe.json');

/** One for all files, because registering the types takes longer than reading a small file. */
const moddle = new BpmnModdle({ zeebe });

const attribute = (element: Element, name: string): unknown =>
  (element as unknown as { get(name: string): unknown }).get(name);

const children = (element: Element, holder: string, property: string): readonly Element[] =>
  extensionsOf(element, holder).flatMap((one) => elements(one, property));

const readMessage = (element: Element, definition: Element | undefined): Reading['message'] => {
  const message = elementAt(definition ?? element, 'messageRef');
  if (message === undefined) return undefined;
  const [subscription] = extensionsOf(message, 'zeebe:Subscription');
  const [name, correlationKey] = [textAt(message, 'name'), subscription && textAt(subscription, 'correlationKey')];
  return { ...(name === undefined ? {} : { name }), ...(correlationKey === undefined ? {} : { correlationKey }) };
};

const readElement = (element: Element): Reading => {
  const [definition] = elements(element, 'eventDefinitions');
  const [task] = extensionsOf(element, 'zeebe:TaskDefinition');
  const templateId = attribute(element, 'zeebe:modelerTemplate');
  const templateVersion = attribute(element, 'zeebe:modelerTemplateVersion');
  const taskType = task && textAt(task, 'type');
  const retries = task && textAt(task, 'retries');
  const message = readMessage(element, definition);
  const pairs = (holder: string, property: string, key: string, value: string) =>
    children(element, holder, property).map((one) => [String(one[key]), textAt(one, value)] as const);
  const attributes = (one: Element, names: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = textAt(one, name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  const linked = children(element, 'zeebe:LinkedResources', 'values').map(
    (one) =>
      [String(one.linkName), attributes(one, ['resourceId', 'resourceType', 'bindingType', 'versionTag'])] as const,
  );
  const [priority] = extensionsOf(element, 'zeebe:JobPriorityDefinition');
  const [agent] = extensionsOf(element, 'zeebe:AgentDefinition');
  const [adHoc] = extensionsOf(element, 'zeebe:AdHoc');
  const listeners = children(element, 'zeebe:ExecutionListeners', 'listeners').map((one) =>
    attributes(one, ['eventType', 'type', 'retries']),
  );
  const inputs = pairs('zeebe:IoMapping', 'inputParameters', 'target', 'source');
  const names = inputs.map(([target]) => target);
  if (new Set(names).size < names.length) throw new Error(`An input is written twice: ${names.join(', ')}`);
  return {
    type: element.$type,
    ...(definition === undefined ? {} : { eventDefinition: definition.$type }),
    ...(typeof templateId === 'string' ? { templateId } : {}),
    ...(typeof templateVersion === 'number' ? { templateVersion } : {}),
    ...(taskType === undefined ? {} : { taskType }),
    ...(retries === undefined ? {} : { retries }),
    inputs: Object.fromEntries(inputs.map(([target, source]) => [target, source ?? null])),
    outputs: Object.fromEntries(pairs('zeebe:IoMapping', 'outputParameters', 'target', 'source')) as Record<
      string,
      string
    >,
    headers: Object.fromEntries(pairs('zeebe:TaskHeaders', 'values', 'key', 'value')) as Record<string, string>,
    properties: Object.fromEntries(pairs('zeebe:Properties', 'properties', 'name', 'value')) as Record<string, string>,
    ...(linked.length === 0 ? {} : { linkedResources: Object.fromEntries(linked) }),
    ...(priority === undefined ? {} : { priority: textAt(priority, 'priority') ?? '' }),
    ...(agent === undefined ? {} : { agentType: textAt(agent, 'agentType') ?? '' }),
    ...(adHoc === undefined ? {} : { adHoc: attributes(adHoc, ['outputCollection', 'outputElement']) }),
    ...(listeners.length === 0 ? {} : { executionListeners: listeners }),
    ...(message === undefined ? {} : { message }),
  };
};

const inside = (scope: Element): readonly Element[] =>
  elements(scope, 'flowElements').flatMap((element) => [element, ...inside(element)]);

/** Reads one element of a BPMN file; throws when it is not there. */
export const readXml = async (xml: string, id: string): Promise<Reading> => {
  const { rootElement } = await moddle.fromXML(xml);
  const found = elements(rootElement, 'rootElements')
    .flatMap(inside)
    .find((element) => element.id === id);
  if (found === undefined) throw new Error(`The file has no element ${id}`);
  return readElement(found);
};
