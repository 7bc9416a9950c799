import type { OutboundTemplateSettings } from '../connector/template.ts';
import type { AnyOutboundConnector } from '../connector/types.ts';
import { allowsLegacy, enginesOf } from './engines.ts';
import { headOf } from './head.ts';
import { outputFields } from './outputs.ts';
import { rootPlace } from './place.ts';
import type { Report } from './problems.ts';
import { settle } from './settle.ts';
import {
  failureProperties,
  identity,
  resultProperties,
  standardGroups,
  standardHeaders,
  standardIds,
  taskType,
  taskTypeGroup,
} from './standard.ts';
import { menuOf } from './steps.ts';
import type { ElementTemplate, TemplateProperty } from './types.ts';
import { draftInput } from './walk.ts';

/** The template of an outbound connector. */
export const outboundTemplate = (
  connector: AnyOutboundConnector,
  settings: OutboundTemplateSettings,
  hybrid: boolean,
  report: Report,
): ElementTemplate => {
  const engines = enginesOf(settings.engines, report);
  const root = rootPlace(allowsLegacy(engines), report);
  const drafts = draftInput(connector.input, root);
  for (const { path, property } of drafts) {
    if (property.binding.type === 'zeebe:taskHeader' && standardHeaders.has(property.binding.key)) {
      report(
        path,
        `the header ${JSON.stringify(property.binding.key)} belongs to the runtime`,
        'name another one with "binding"',
      );
    }
  }
  const own = settle(drafts, settings.groups ?? [], standardIds, report);
  const id = `${settings.id ?? connector.type}${hybrid ? '-hybrid' : ''}`;
  const ownVariable = typeof connector.resultVariable === 'string' ? connector.resultVariable : undefined;
  const results =
    settings.outputs === 'fields' ? outputFields(connector, report) : resultProperties(settings, ownVariable);
  const properties: readonly TemplateProperty[] = [
    taskType(connector.type, hybrid),
    ...own.properties,
    ...identity(id, settings.version ?? 1),
    ...results,
    ...failureProperties(settings),
  ];
  const standard = standardGroups.filter((group) => properties.some((property) => property.group === group.id));
  return headOf({
    settings,
    engines,
    id,
    name: `${hybrid ? 'Hybrid ' : ''}${settings.name ?? connector.name}`,
    description: settings.description ?? connector.description,
    appliesTo: settings.appliesTo ?? ['bpmn:Task'],
    elementType: settings.elementType ?? { value: 'bpmn:ServiceTask' },
    groups: [...(hybrid ? [taskTypeGroup] : []), ...own.groups, ...standard],
    properties,
    ...menuOf(connector.input, own.ids, root),
  });
};
