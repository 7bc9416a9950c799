import { hasOperations } from '../connector/operations.ts';
import type { OutboundTemplateSettings } from '../connector/template-settings.ts';
import type { AnyOutbound } from '../connector/types.ts';
import { headOf } from './assemble.ts';
import { type Menu, menuOf } from './create-menu.ts';
import { elementsOf } from './element-types.ts';
import { allowsLegacy, enginesOf } from './engine-versions.ts';
import type { Draft } from './fields/field.ts';
import { draftInput } from './fields/from-schema.ts';
import { draftOperationOutputs, draftOperations, operationGroup, operationMenu } from './operations.ts';
import { keepResult, outputMappings, resultPath } from './output-mappings.ts';
import { joinGroups, settle } from './properties.ts';
import { type Place, rootPlace } from './schema/field-context.ts';
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

/** What differs between a connector with one `run` and one with operations. */
interface Form {
  readonly inputs: readonly Draft[];
  /** One property for each field of the output. */
  readonly outputs: (place: Place) => readonly Draft[];
  readonly menu: (ids: ReadonlyMap<string, string>, place: Place) => Menu | undefined;
  /** Ids and headers that the inputs must not have, beside the standard ones. */
  readonly taken: readonly string[];
  /** Sections before those that the definition names. */
  readonly groups: readonly Group[];
}

const formOf = (connector: AnyOutbound, place: Place): Form => {
  if (hasOperations(connector)) {
    const { operations } = connector;
    const mappings = (output: Parameters<typeof outputMappings>[0]) =>
      outputMappings(output, resultPath(connector), place.report);
    return {
      inputs: draftOperations(operations, place),
      outputs: (inside) => draftOperationOutputs(operations, mappings, inside),
      menu: () => operationMenu(operations),
      taken: ['operation'],
      groups: [operationGroup],
    };
  }
  return {
    inputs: draftInput(connector.input, place),
    outputs: ({ report }) =>
      outputMappings(connector.output, resultPath(connector), report).map((property) => ({
        path: property.id!,
        property: { ...property, id: property.id! },
        conditions: [],
      })),
    menu: (ids, inside) => menuOf(connector.input, ids, inside),
    taken: [],
    groups: [],
  };
};

const resultsOf = (
  connector: AnyOutbound,
  settings: OutboundTemplateSettings,
  form: Form,
  place: Place,
): readonly TemplateProperty[] => {
  if (settings.outputs === 'fields') {
    return [
      ...keepResult(connector),
      ...settle(form.outputs(place), [], { ids: new Set(), groups: [] }, place.report).properties,
    ];
  }
  const ownVariable = typeof connector.resultVariable === 'string' ? connector.resultVariable : undefined;
  return resultProperties(settings, ownVariable);
};

/** The template of an outbound connector. */
export const outboundTemplate = (
  connector: AnyOutbound,
  settings: OutboundTemplateSettings,
  hybrid: boolean,
  report: Report,
): ElementTemplate => {
  const engines = enginesOf(settings.engines, report);
  const place = rootPlace(allowsLegacy(engines), report);
  const form = formOf(connector, place);
  checkHeaders(form.inputs, new Set([...standardHeaders, ...form.taken]), report);
  const declared = settings.groups ?? [];
  const before = form.groups.filter((group) => !declared.some(({ id }) => id === group.id));
  const groups = [...(hybrid ? [taskTypeGroup] : []), ...standardGroups];
  const standard = { ids: new Set([...standardIds, ...form.taken]), groups };
  const own = settle(form.inputs, [...before, ...declared], standard, report);
  const id = `${settings.id ?? connector.type}${hybrid ? '-hybrid' : ''}`;
  const properties: readonly TemplateProperty[] = [
    taskType(connector.type, hybrid),
    ...own.properties,
    ...identity(id, settings.version ?? 1),
    ...resultsOf(connector, settings, form, place),
    ...failureProperties(settings),
  ];
  const used = standardGroups.filter((group) => properties.some((property) => property.group === group.id));
  return headOf({
    settings,
    engines,
    id,
    name: `${hybrid ? 'Hybrid ' : ''}${settings.name ?? connector.name}`,
    description: settings.description ?? connector.description,
    ...elementsOf(settings, report),
    groups: joinGroups(hybrid ? [taskTypeGroup] : [], own.groups, used),
    properties,
    ...form.menu(own.ids, place),
  });
};
