import type { InboundTemplateSettings, OutboundTemplateSettings } from '../connector/template.ts';
import type { AnyInboundConnector, AnyOutboundConnector } from '../connector/types.ts';
import { outboundTemplate } from './outbound.ts';
import { collectProblems, refuseProblems } from './problems.ts';
import type { ElementTemplate } from './types.ts';

/** The elements that an inbound connector has a template for. */
export type InboundPart = 'activation' | 'catchEvent' | 'boundaryEvent' | 'receiveTask' | 'startEvent';

/** Settings for one making of a template; they count before those of the definition's `template`. */
export interface OutboundTemplateOptions extends OutboundTemplateSettings {
  /** Leave the task type to the person who models, for several runtimes on one cluster. @default false */
  readonly hybrid?: boolean;
}

/** As {@link OutboundTemplateOptions}, for inbound connectors. */
export interface InboundTemplateOptions extends InboundTemplateSettings {
  /** Which of the connector's templates. @default 'activation' */
  readonly part?: InboundPart;
}

export type TemplateOptions = OutboundTemplateOptions & InboundTemplateOptions;

export function createTemplate(
  connector: AnyOutboundConnector | AnyInboundConnector,
  options: TemplateOptions = {},
): ElementTemplate {
  const { hybrid = false, part: _, messageName: __, ...settings } = options;
  const { problems, report } = collectProblems();
  const template = outboundTemplate(connector as AnyOutboundConnector, settings, hybrid, report);
  refuseProblems('createTemplate', connector.name, problems);
  return template;
}

export const createTemplates = (
  connector: AnyOutboundConnector | AnyInboundConnector,
  options: TemplateOptions = {},
): readonly ElementTemplate[] => [createTemplate(connector, options)];
