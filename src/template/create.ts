import { flag, text } from '../connector/rules/common-rules.ts';
import { connectorProblems } from '../connector/rules/connector.ts';
import { findProblems, objectOf, oneOf, type Problem } from '../connector/rules/rule-engine.ts';
import { templateSettings } from '../connector/rules/template-settings.ts';
import type { InboundTemplateSettings, OutboundTemplateSettings } from '../connector/template-settings.ts';
import type { AnyInboundConnector, AnyOutbound } from '../connector/types.ts';
import { formatPath } from '../connector/values/path.ts';
import type { AnyCallbackConnector } from '../connector/webhooks/callback-types.ts';
import type { AnyWebhook } from '../connector/webhooks/types.ts';
import { compileExpression } from '../feel/index.ts';
import { type InboundPart, inboundParts, inboundTemplate } from './inbound.ts';
import { type OutboundPart, outboundParts, outboundTemplate } from './outbound.ts';
import type { ElementTemplate } from './types.ts';
import { checkTemplate } from './validation/check-template.ts';
import { collectProblems, type Report, refuseProblems } from './validation/problems.ts';
import { messagesOf, type WebhookPart, webhookParts, webhookTemplate } from './webhook.ts';

/** Options for the template of an outbound connector. They take precedence over the definition's `template`. */
export interface OutboundTemplateOptions extends Omit<OutboundTemplateSettings, 'tool'> {
  /**
   * Which of the connector's templates to make: for a task, or for a tool of an AI agent, whose fields the agent fills in. Any
   * outbound connector can be a tool; `template: { tool: true }` only makes that template one of {@link createTemplates}.
   * @default 'task'
   */
  readonly part?: OutboundPart;
  /**
   * Make the job type an editable field, so that each task can use a different runtime on the same cluster.
   * @default false
   */
  readonly hybrid?: boolean;
}

/** Options for the templates of an inbound connector. They take precedence over the definition's `template`. */
export interface InboundTemplateOptions extends InboundTemplateSettings {
  /**
   * Which of the connector's templates to make: the task that activates the connector, or one of the elements that wait
   * for its message. A `startEvent` waits for it only in an event subprocess. @default 'activation'
   */
  readonly part?: InboundPart;
}

/** Options for the templates of a webhook. They take precedence over the definition's `template`. */
export interface WebhookTemplateOptions extends Omit<InboundTemplateSettings, 'messageName'> {
  /**
   * Which of the templates to make: for a message start event, for one of the elements that wait for a message, or with `answerTask`
   * for the task that answers a call that waits. A `startEvent` waits for a message only in an event subprocess.
   * @default 'messageStart'
   */
  readonly part?: WebhookPart;
  /** The name of the message. @default the only message of the webhook */
  readonly message?: string;
}

/** The options of {@link createTemplate}. An option that does not fit the kind of the connector is refused. */
export type TemplateOptions = Omit<OutboundTemplateOptions, 'part'> &
  Omit<InboundTemplateOptions, 'part'> &
  Omit<WebhookTemplateOptions, 'part'> & { readonly part?: OutboundPart | InboundPart | WebhookPart };

type AnyConnector = AnyOutbound | AnyInboundConnector | AnyCallbackConnector | AnyWebhook;

const withoutUndefined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<T>;

const isImage = (icon: string): boolean => /^(?:https?:\/\/|data:image\/)\S+$/.test(icon);

/** The expressions among the settings, each with its name. */
const expressionsOf = ({
  resultExpression,
  errorExpression,
  jobPriority,
  adHoc,
  executionListeners = [],
}: OutboundTemplateSettings): readonly (readonly [name: string, text: string])[] => {
  const given: readonly (readonly [string, unknown])[] = [
    ['resultExpression', resultExpression],
    ['errorExpression', errorExpression],
    ['jobPriority', jobPriority],
    ['adHoc.outputElement', adHoc?.outputElement],
    ...executionListeners.map(({ type }, index) => [`executionListeners[${index}].type`, type] as const),
  ];
  return given.flatMap(([name, text]) => (typeof text === 'string' && text.startsWith('=') ? [[name, text]] : []));
};

const checkSettings = (settings: OutboundTemplateSettings, report: Report): void => {
  const { icon } = settings;
  if (icon !== undefined && !isImage(icon)) {
    report(
      'template.icon',
      'expected the data URI of an image, or an address that starts with http:// or https://',
      'use the command line, which reads icon files, or pass the data URI',
    );
  }
  for (const [name, text] of expressionsOf(settings)) {
    try {
      compileExpression(text);
    } catch {
      report(`template.${name}`, 'it is not a valid FEEL expression', 'correct it');
    }
  }
};

const { outbound, inbound } = templateSettings;

const { tool: _tool, ...outboundRules } = outbound.rules;
const { messageName: _messageName, ...webhookSettings } = inbound.rules;

const optionsRule = {
  outbound: objectOf(
    { ...outboundRules, hybrid: flag, part: oneOf(...outboundParts) },
    {
      expected: 'an object of options',
      noun: 'option',
      misplaced: { ...outbound.misplaced, tool: "is a setting of the definition. Fix: use part: 'tool'" },
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
  webhook: objectOf(
    { ...webhookSettings, part: oneOf(...webhookParts), message: text },
    {
      expected: 'an object of options',
      noun: 'option',
      misplaced: {
        ...inbound.misplaced,
        hybrid: 'a webhook has no task',
        messageName: 'the messages of a webhook have their names; choose one with message',
      },
    },
  ),
} as const;

const reportProblems = (problems: readonly Problem[], report: Report): void => {
  for (const { path, text } of problems) report(path.length === 0 ? '' : formatPath(path), text);
};

type Part = OutboundPart | InboundPart | WebhookPart | undefined;

interface Ineffective {
  readonly names: readonly (keyof TemplateOptions)[];
  /** Follows "has no effect". */
  readonly why: string;
}

/** The options that a part has no use for. In a definition, they are settings of the other parts. */
const ineffectiveFor = (part: Part): Ineffective => {
  if (part === 'tool') {
    return { names: ['outputs', 'resultVariable'], why: 'on a tool, whose agent takes the result from toolCallResult' };
  }
  const hasInput = part === 'activation' || part === 'answerTask';
  const waits = !hasInput && [...inboundParts, ...webhookParts].some((one) => one === part);
  return waits
    ? { names: ['groups'], why: 'on an element that waits, which has no fields of the input' }
    : { names: [], why: '' };
};

const optionsFor = (part: Part, options: TemplateOptions): TemplateOptions => {
  const { names } = ineffectiveFor(part);
  const given = Object.entries(options).filter(([name]) => !names.some((one) => one === name));
  return { ...Object.fromEntries(given), ...(part === undefined ? {} : { part }) };
};

const makeTemplate = (connector: AnyConnector, options: TemplateOptions, report: Report): ElementTemplate => {
  const { hybrid = false, part, message, ...settings } = { ...connector.template, ...withoutUndefined(options) };
  checkSettings(settings, report);
  const { names, why } = ineffectiveFor(part);
  for (const name of names) {
    if (options[name] !== undefined) report(`options.${name}`, `has no effect ${why}`, 'leave it out');
  }
  // The rules of the options have checked that the part fits the kind of the connector.
  const template = ((): ElementTemplate => {
    switch (connector.kind) {
      case 'outbound':
        return outboundTemplate(connector, settings, { hybrid, part: (part ?? 'task') as OutboundPart }, report);
      case 'webhook':
        return webhookTemplate(connector, settings, (part ?? 'messageStart') as WebhookPart, message, report);
      default:
        return inboundTemplate(connector, settings, (part ?? 'activation') as InboundPart, report);
    }
  })();
  checkTemplate(template, report);
  return template;
};

/**
 * Makes the element template of a connector, as plain JSON data. {@link stringifyTemplate} writes it as text. The same
 * connector always yields the same template, byte for byte.
 *
 * The input schema decides the fields (see the table in `docs/templates.md`), `hints` decide how they look, and the
 * definition's `template` decides the rest. A connector may have several templates; this function makes one of them.
 *
 * @param connector a connector made by `defineOutbound` or `defineInbound`, or a webhook
 * @param options settings that take precedence over the definition's `template`; `hybrid` for outbound connectors, and
 *   `part`, see {@link TemplateOptions}
 * @returns the template
 * @throws one fault of kind `definition` that lists everything wrong: each input that cannot have a field, each unsuitable
 *   hint, setting and option, with its path and what to write instead
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

const partsOf = (connector: AnyConnector): readonly Part[] => {
  if (connector?.kind === 'inbound') return ['activation', 'catchEvent', 'boundaryEvent', 'receiveTask'];
  return connector?.kind === 'outbound' && connector.template?.tool === true ? ['task', 'tool'] : ['task'];
};

/** The template of the answering task, unless the options choose something else. */
const createAnswerTask = (webhook: AnyWebhook, options: TemplateOptions): readonly ElementTemplate[] => {
  const isChosen = options.part === 'answerTask';
  const isOne = options.part === undefined && options.message === undefined && webhook.waits !== undefined;
  return isChosen || isOne ? [createTemplate(webhook, optionsFor('answerTask', options))] : [];
};

/**
 * The templates of a webhook: for each of its messages, one for each kind of element, and one for the answering task. None without
 * `messages` and `waits`.
 */
const webhookTemplates = (webhook: AnyWebhook, options: TemplateOptions): readonly ElementTemplate[] => {
  const answer = createAnswerTask(webhook, options);
  if (options.part === 'answerTask') return answer;
  const names = options.message === undefined ? messagesOf(webhook) : [options.message];
  const parts: readonly WebhookPart[] =
    options.part === undefined
      ? ['messageStart', 'catchEvent', 'boundaryEvent', 'receiveTask']
      : [options.part as WebhookPart];
  const ofMessages = names.flatMap((message) =>
    parts.map((part) => createTemplate(webhook, { ...optionsFor(part, options), message })),
  );
  return [...ofMessages, ...answer];
};

/**
 * Makes all element templates of a connector. An outbound connector has one, and a second one for tools of agents if its
 * definition has `template: { tool: true }`. An inbound connector has four: for the task that activates it, and for the catch
 * event, the boundary event and the receive task that wait for its message. A webhook has four for each of its `messages`, and with
 * `waits` one for the answering task.
 *
 * @param connector a connector made by `defineOutbound` or `defineInbound`
 * @param options as for {@link createTemplate}; with `part`, only the template of that part
 * @returns the templates
 * @throws the same fault as {@link createTemplate}
 * @example
 * createTemplates(pollFile).map(({ id }) => id);
 * // ['poll_file.activation', 'poll_file.catch-event', 'poll_file.boundary-event', 'poll_file.receive-task']
 */
export const createTemplates = (connector: AnyConnector, options: TemplateOptions = {}): readonly ElementTemplate[] => {
  if (connector?.kind === 'webhook') return webhookTemplates(connector, options);
  if (options.part !== undefined) return [createTemplate(connector, options)];
  return partsOf(connector).map((part) => createTemplate(connector, optionsFor(part, options)));
};

/**
 * Writes a template, or a list of templates, as the text of a file: indented by two spaces, with LF and a final newline.
 * The keys keep the order in which {@link createTemplate} creates them.
 *
 * @param template what {@link createTemplate} or {@link createTemplates} returned
 * @example
 * await writeFile('log.json', stringifyTemplate(createTemplate(log)));
 */
export const stringifyTemplate = (template: ElementTemplate | readonly ElementTemplate[]): string =>
  `${JSON.stringify(template, null, 2)}\n`;
