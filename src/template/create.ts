import { flag } from '../connector/rules/common-rules.ts';
import { connectorProblems } from '../connector/rules/connector.ts';
import { findProblems, objectOf, oneOf, type Problem } from '../connector/rules/rule-engine.ts';
import { templateSettings } from '../connector/rules/template-settings.ts';
import type { InboundTemplateSettings, OutboundTemplateSettings } from '../connector/template-settings.ts';
import type { AnyInboundConnector, AnyOutbound } from '../connector/types.ts';
import { formatPath } from '../connector/values/path.ts';
import { compileExpression } from '../feel/index.ts';
import { type InboundPart, inboundParts, inboundTemplate } from './inbound.ts';
import { outboundTemplate } from './outbound.ts';
import type { ElementTemplate } from './types.ts';
import { checkTemplate } from './validation/check-template.ts';
import { collectProblems, type Report, refuseProblems } from './validation/problems.ts';

/** For outbound connectors. The settings count before those of the definition's `template`. */
export interface OutboundTemplateOptions extends OutboundTemplateSettings {
  /** Leave the task type to the person who models, for several runtimes on one cluster. @default false */
  readonly hybrid?: boolean;
}

/** For inbound connectors. The settings count before those of the definition's `template`. */
export interface InboundTemplateOptions extends InboundTemplateSettings {
  /**
   * Which of the connector's templates: the task that asks for the message, or one of the elements that await it. A
   * `startEvent` awaits it only in an event subprocess. @default 'activation'
   */
  readonly part?: InboundPart;
}

/** What {@link createTemplate} takes beside the connector; what does not go with its kind is refused. */
export type TemplateOptions = OutboundTemplateOptions & InboundTemplateOptions;

type AnyConnector = AnyOutbound | AnyInboundConnector;

const withoutUndefined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<T>;

const isImage = (icon: string): boolean => /^(?:https?:\/\/|data:image\/)\S+$/.test(icon);

const checkSettings = (settings: OutboundTemplateSettings, report: Report): void => {
  const { icon } = settings;
  if (icon !== undefined && !isImage(icon)) {
    report(
      'template.icon',
      'expected a data URI of an image or an address that starts with http:// or https://',
      'let the command line make the template, which reads icon files, or give the data URI',
    );
  }
  for (const name of ['resultExpression', 'errorExpression'] as const) {
    if (settings[name] === undefined) continue;
    try {
      compileExpression(settings[name]);
    } catch {
      report(`template.${name}`, 'it is no FEEL expression', 'correct it');
    }
  }
};

const { outbound, inbound } = templateSettings;

const optionsRule = {
  outbound: objectOf(
    { ...outbound.rules, hybrid: flag },
    {
      expected: 'an object of options',
      noun: 'option',
      misplaced: { ...outbound.misplaced, part: 'an outbound connector has a single template' },
    },
  ),
  inbound: objectOf(
    { ...inbound.rules, part: oneOf(...inboundParts) },
    {
      expected: 'an object of options',
      noun: 'option',
      misplaced: { ...inbound.misplaced, hybrid: 'the activation of inbound connectors has a fixed task type' },
    },
  ),
} as const;

const reportProblems = (problems: readonly Problem[], report: Report): void => {
  for (const { path, text } of problems) report(path.length === 0 ? '' : formatPath(path), text);
};

const makeTemplate = (connector: AnyConnector, options: TemplateOptions, report: Report): ElementTemplate => {
  const { hybrid = false, part = 'activation', ...settings } = { ...connector.template, ...withoutUndefined(options) };
  checkSettings(settings, report);
  const template =
    connector.kind === 'outbound'
      ? outboundTemplate(connector, settings, hybrid, report)
      : inboundTemplate(connector, settings, part, report);
  checkTemplate(template, report);
  return template;
};

/**
 * The element template of a connector: plain JSON data, which {@link stringifyTemplate} writes. The same connector gives
 * the same template, byte for byte.
 *
 * The fields come from the input schema (`docs/templates.md` has the table), their looks from `hints`, the rest from
 * the definition's `template`. An inbound connector has several templates; this makes one of them.
 *
 * Throws one fault of kind `definition` that names every input without a field, where it is and what to write instead.
 *
 * @param connector what `defineOutbound` or `defineInbound` gave
 * @param options settings that count before the connector's own, and which template
 * @example
 * createTemplate(log).properties.map(({ id }) => id); // [undefined, 'message', 'version', 'id', 'resultVariable', …]
 */
export const createTemplate = (connector: AnyConnector, options: TemplateOptions = {}): ElementTemplate => {
  const { problems, report } = collectProblems();
  reportProblems(connectorProblems(connector), report);
  refuseProblems('createTemplate', String((connector as { name?: unknown } | null)?.name), problems);
  reportProblems(findProblems(optionsRule[connector.kind], options, ['options']), report);
  refuseProblems('createTemplate', connector.name, problems);
  const template = makeTemplate(connector, options, report);
  refuseProblems('createTemplate', connector.name, problems);
  return template;
};

const defaultParts: readonly InboundPart[] = ['activation', 'catchEvent', 'boundaryEvent', 'receiveTask'];

/**
 * All element templates of a connector: one of an outbound connector; of an inbound one those of the task that asks for
 * the message and of the catch event, boundary event and receive task that await it.
 *
 * Throws as {@link createTemplate} does.
 *
 * @param connector of `defineOutbound` or `defineInbound`
 * @param options as of {@link createTemplate}
 * @example
 * createTemplates(pollFile).map(({ id }) => id);
 * // ['poll_file.activation', 'poll_file.catch-event', 'poll_file.boundary-event', 'poll_file.receive-task']
 */
export const createTemplates = (connector: AnyConnector, options: TemplateOptions = {}): readonly ElementTemplate[] => {
  if (connector?.kind !== 'inbound' || options.part !== undefined) return [createTemplate(connector, options)];
  return defaultParts.map((part) => createTemplate(connector, { ...options, part }));
};

/**
 * A template, or a list of them, as the text of a file: two spaces, LF, a final newline. The order of the keys is the
 * one in which {@link createTemplate} makes them.
 *
 * @param template what {@link createTemplate} or {@link createTemplates} gave
 * @example
 * await writeFile('log.json', stringifyTemplate(createTemplate(log)));
 */
export const stringifyTemplate = (template: ElementTemplate | readonly ElementTemplate[]): string =>
  `${JSON.stringify(template, null, 2)}\n`;
