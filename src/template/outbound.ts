import { hasOperations } from '../connector/operations.ts';
import type { OutboundTemplateSettings } from '../connector/template-settings.ts';
import type { AnyOutbound } from '../connector/types.ts';
import { assembleTemplate } from './assemble.ts';
import { credentialsOf, enginesWithCredentials } from './credentials.ts';
import { extensionProperties, linkedResourceProperties, resourceGroup } from './element-extensions.ts';
import { elementsOf } from './element-types.ts';
import { allowsLegacy, enginesOf } from './engine-versions.ts';
import type { Draft } from './fields/draft.ts';
import { finishProperties, joinGroups } from './fields/finish-properties.ts';
import { draftInput } from './fields/from-schema.ts';
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
import type { ElementTemplate, Group, TemplateProperty } from './types.ts';
import type { Report } from './validation/problems.ts';

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

/** Makes the template of an outbound connector. */
export const outboundTemplate = (
  connector: AnyOutbound,
  settings: OutboundTemplateSettings,
  hybrid: boolean,
  report: Report,
): ElementTemplate => {
  const engines = enginesOf(settings.engines, report);
  const context = rootContext(allowsLegacy(engines), report);
  const form = formOf(connector, context);
  const credentials = credentialsOf(form.inputs, report);
  checkHeaders(form.inputs, new Set([...standardHeaders, ...form.taken]), report);
  const declared = settings.groups ?? [];
  const before = form.groups.filter((group) => !declared.some(({ id }) => id === group.id));
  const groups = [...(hybrid ? [taskTypeGroup] : []), resourceGroup, ...standardGroups];
  const standard = { ids: new Set([...standardIds, ...form.taken]), groups };
  const own = finishProperties(form.inputs, [...before, ...declared], standard, report);
  const id = `${settings.id ?? connector.type}${hybrid ? '-hybrid' : ''}`;
  const resources = linkedResourceProperties(settings);
  const properties: readonly TemplateProperty[] = [
    taskType(connector.type, hybrid),
    ...own.properties,
    ...resources,
    ...extensionProperties(settings),
    ...identity(id, settings.version ?? 1),
    ...resultsOf(connector, settings, form, context),
    ...failureProperties(settings),
  ];
  const used = [resourceGroup, ...standardGroups].filter((group) =>
    properties.some((property) => property.group === group.id),
  );
  return assembleTemplate({
    settings,
    engines: credentials.length === 0 ? engines : enginesWithCredentials(engines, settings.engines, report),
    id,
    name: `${hybrid ? 'Hybrid ' : ''}${settings.name ?? connector.name}`,
    description: settings.description ?? connector.description,
    ...elementsOf(settings, report),
    groups: joinGroups(hybrid ? [taskTypeGroup] : [], own.groups, used),
    properties,
    ...createMenu(form.menu(context), own.properties, report),
    configurationTemplates: credentials,
  });
};
