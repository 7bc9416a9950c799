import { hasOperations } from '../connector/operations.ts';
import type { OutboundTemplateSettings } from '../connector/template-settings.ts';
import type { AnyOutbound } from '../connector/types.ts';
import { assembleTemplate } from './assemble.ts';
import { credentialNeeds, credentialsOf } from './credentials.ts';
import { elementsOf } from './elements/element-types.ts';
import {
  adHocProperties,
  agentProperties,
  extensionProperties,
  jobGroup,
  listenerProperties,
  priorityId,
  priorityProperties,
  visibleEntries,
} from './elements/extensions.ts';
import { linkedResourceProperties, resourceGroup } from './elements/linked-resources.ts';
import { allowsLegacy, enginesOf, enginesSince, type Need } from './engine-versions.ts';
import type { Draft } from './fields/draft.ts';
import { finishProperties, joinGroups } from './fields/finish-properties.ts';
import { draftInput } from './fields/from-schema.ts';
import { toolFields, toolResult } from './fields/tool-fields.ts';
import { createMenu } from './menu/create-menu.ts';
import { type MenuEntry, menuEntries } from './menu/menu-entries.ts';
import { draftOperationOutputs, draftOperations, operationEntries, operationGroup } from './operations.ts';
import { keepResult, outputMappings, resultPath } from './output-mappings.ts';
import { type FieldContext, rootContext } from './schema/field-context.ts';
import {
  checkHeaders,
  failureProperties,
  identity,
  resultProperties,
  standardGroups,
  standardHeaders,
  standardIds,
  taskType,
  taskTypeGroup,
} from './standard-properties.ts';
import type { ConfigurationTemplate, ElementTemplate, Group, TemplateProperty } from './types.ts';
import type { Report } from './validation/problems.ts';

/** The templates of an outbound connector: for a task, and for a tool of an agent. */
export type OutboundPart = 'task' | 'tool';

/** The names of all parts. */
export const outboundParts: readonly OutboundPart[] = ['task', 'tool'];

/** Which template of a connector to make. */
export interface OutboundVariety {
  readonly hybrid: boolean;
  readonly part: OutboundPart;
}

/** What differs between a connector with a single `run` and one with operations. */
interface Form {
  readonly inputs: readonly Draft[];
  /** One property for each field of the output. */
  readonly outputs: (context: FieldContext) => readonly Draft[];
  readonly menu: (context: FieldContext) => readonly MenuEntry[];
  /** Ids and headers that inputs must not have, in addition to the standard ones. */
  readonly taken: readonly string[];
  /** The sections before those that the definition names. */
  readonly groups: readonly Group[];
}

const formOf = (connector: AnyOutbound, context: FieldContext): Form => {
  if (hasOperations(connector)) {
    const { operations } = connector;
    const mappings = (output: Parameters<typeof outputMappings>[0]) =>
      outputMappings(output, resultPath(connector), context.report);
    return {
      inputs: draftOperations(operations, context),
      outputs: (inside) => draftOperationOutputs(operations, mappings, inside),
      menu: (inside) => operationEntries(operations, inside),
      taken: ['operation'],
      groups: [operationGroup],
    };
  }
  return {
    inputs: draftInput(connector.input, context),
    outputs: ({ report }) =>
      outputMappings(connector.output, resultPath(connector), report).map((property) => ({
        path: property.id!,
        property: { ...property, id: property.id! },
        conditions: [],
      })),
    menu: (inside) => menuEntries(connector.input, inside, true),
    taken: [],
    groups: [],
  };
};

const resultsOf = (
  connector: AnyOutbound,
  settings: OutboundTemplateSettings,
  form: Form,
  context: FieldContext,
): readonly TemplateProperty[] => {
  if (settings.outputs === 'fields') {
    return [
      ...keepResult(connector),
      ...finishProperties(form.outputs(context), [], { ids: new Set(), groups: [] }, context.report).properties,
    ];
  }
  const ownVariable = typeof connector.resultVariable === 'string' ? connector.resultVariable : undefined;
  return resultProperties(settings, ownVariable);
};

/** What the template needs that older versions of Camunda do not have. */
const needsOf = (
  { jobPriority, agentType }: OutboundTemplateSettings,
  credentials: readonly ConfigurationTemplate[],
  isTool: boolean,
): readonly Need[] => [
  ...(isTool ? [{ what: 'tools of agents', since: [8, 8] } as const] : []),
  ...credentialNeeds(credentials),
  ...(jobPriority === undefined ? [] : [{ what: 'priorities of jobs', since: [8, 10] } as const]),
  ...(agentType === undefined ? [] : [{ what: 'types of agents', since: [8, 10] } as const]),
];

/** The settings for a part. An agent takes the whole result of a tool from one variable. */
const settingsFor = (given: OutboundTemplateSettings, isTool: boolean, report: Report): OutboundTemplateSettings => {
  if (isTool) return { ...given, outputs: 'variable', resultVariable: toolResult };
  for (const name of ['resultVariable', 'resultExpression'] as const) {
    if (given.outputs !== 'fields' || given[name] === undefined) continue;
    report(
      `template.${name}`,
      "has no effect, because outputs: 'fields' has a field for each entry of the result instead",
      "leave it out, or use outputs: 'variable'",
    );
  }
  return given;
};

/** Makes the template of an outbound connector. */
export const outboundTemplate = (
  connector: AnyOutbound,
  given: OutboundTemplateSettings,
  { hybrid, part }: OutboundVariety,
  report: Report,
): ElementTemplate => {
  const isTool = part === 'tool';
  const settings = settingsFor(given, isTool, report);
  const engines = enginesOf(settings.engines, report);
  const context = rootContext(allowsLegacy(engines), report, isTool);
  const form = formOf(connector, context);
  const inputs = isTool ? toolFields(form.inputs, report) : form.inputs;
  const credentials = credentialsOf(inputs, report);
  checkHeaders(inputs, new Set([...standardHeaders, ...form.taken]), report);
  const declared = settings.groups ?? [];
  const before = form.groups.filter((group) => !declared.some(({ id }) => id === group.id));
  const ownGroups = [resourceGroup, jobGroup, ...standardGroups];
  const priority = priorityProperties(settings);
  const standard = {
    ids: new Set([...standardIds, ...form.taken, ...(priority.length === 0 ? [] : [priorityId])]),
    groups: [...(hybrid ? [taskTypeGroup] : []), ...ownGroups],
  };
  const own = finishProperties(inputs, [...before, ...declared], standard, report);
  const id = `${settings.id ?? connector.type}${hybrid ? '-hybrid' : ''}${isTool ? '-tool' : ''}`;
  const elements = elementsOf(settings, report);
  const entriesVisible = visibleEntries(settings, report);
  const properties: readonly TemplateProperty[] = [
    taskType(connector.type, hybrid),
    ...own.properties,
    ...linkedResourceProperties(settings, own.conditionOf),
    ...priority,
    ...extensionProperties(settings, own.conditionOf),
    ...adHocProperties(settings, elements, report),
    ...agentProperties(settings, elements, report),
    ...listenerProperties(settings),
    ...identity(id, settings.version ?? 1),
    ...resultsOf(connector, settings, form, context),
    ...failureProperties(settings),
  ];
  const used = ownGroups.filter((group) => properties.some((property) => property.group === group.id));
  return assembleTemplate({
    settings: entriesVisible === undefined ? settings : { ...settings, entriesVisible },
    engines: enginesSince(needsOf(settings, credentials, isTool), engines, settings.engines, report),
    id,
    name: `${hybrid ? 'Hybrid ' : ''}${settings.name ?? connector.name}${isTool ? ' (tool)' : ''}`,
    description: settings.description ?? connector.description,
    ...elements,
    groups: joinGroups(hybrid ? [taskTypeGroup] : [], own.groups, used),
    properties,
    ...createMenu(form.menu(context), own.properties, report),
    configurationTemplates: credentials,
  });
};
