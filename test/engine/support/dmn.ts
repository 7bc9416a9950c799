/**
 * Writes short DMN files for tests.
 *
 * @example
 * const xml = dmn(decision('dish', table({ inputs: ['season'], outputs: ['dish'], rules: [['"Winter"', '"Stew"']] })));
 */

/** The namespace of DMN 1.3. */
export const namespace = 'https://www.omg.org/spec/DMN/20191111/MODEL/';

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const attributes = (values: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(value!)}"`)
    .join('');

const textIn = (tag: string, text: string, more = ''): string =>
  `<${tag}${more}><text>${escapeXml(text)}</text></${tag}>`;

/** Options of the definitions. */
export interface FileOptions {
  readonly id?: string;
  readonly name?: string;
  readonly xmlns?: string;
}

/** A file with these elements. */
export const dmnFile = ({ id = 'drg', name = 'DRG', xmlns = namespace }: FileOptions, ...parts: readonly string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="${xmlns}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"${attributes({ id, name })} namespace="test">${parts.join('')}</definitions>`;

/** A file with these elements, of the id `drg`. */
export const dmn = (...parts: readonly string[]): string => dmnFile({}, ...parts);

/** Options of a decision. */
export interface DecisionOptions {
  readonly name?: string;
  /** Attributes of its `<variable>`. */
  readonly variable?: { readonly name: string; readonly typeRef?: string };
  /** Ids of required decisions. */
  readonly requires?: readonly string[];
  /** Ids of required business knowledge models. */
  readonly knows?: readonly string[];
  readonly versionTag?: string;
}

const knowledge = (ids: readonly string[] = []): string =>
  ids.map((id) => `<knowledgeRequirement><requiredKnowledge href="#${id}"/></knowledgeRequirement>`).join('');

/** A decision with its logic. */
export const decision = (id: string, logic: string, options: DecisionOptions = {}): string => {
  const { name = `Decision ${id}`, variable, requires = [], knows, versionTag } = options;
  const tag =
    versionTag === undefined ? '' : `<extensionElements><zeebe:versionTag value="${versionTag}"/></extensionElements>`;
  const required = requires
    .map((other) => `<informationRequirement><requiredDecision href="#${other}"/></informationRequirement>`)
    .join('');
  const item = variable === undefined ? '' : `<variable${attributes({ ...variable })}/>`;
  return `<decision${attributes({ id, name })}>${tag}${item}${required}${knowledge(knows)}${logic}</decision>`;
};

/** A literal expression. */
export const literal = (text: string, more: Readonly<Record<string, string>> = {}): string =>
  textIn('literalExpression', text, attributes(more));

/** A decision table. Each rule has the entries of the inputs, then those of the outputs. */
export interface TableOptions {
  /** The beginning of all its ids, for a file with several tables. Default: none. */
  readonly prefix?: string;
  readonly hitPolicy?: string;
  readonly aggregation?: string;
  readonly inputs?: readonly string[];
  /** Names; an undefined one is omitted. */
  readonly outputs?: readonly (string | undefined)[];
  readonly rules?: readonly (readonly string[])[];
  readonly defaults?: readonly (string | undefined)[];
  /** The allowed values of the outputs. */
  readonly values?: readonly string[];
}

export const table = ({
  prefix = '',
  hitPolicy,
  aggregation,
  inputs = ['x'],
  outputs = ['out'],
  rules = [],
  defaults = [],
  values = [],
}: TableOptions): string => {
  const inputXml = inputs.map(
    (text, at) => `<input id="${prefix}in${at + 1}" label="Input ${at + 1}">${textIn('inputExpression', text)}</input>`,
  );
  const outputXml = outputs.map((name, at) => {
    const allowed = values[at] === undefined ? '' : textIn('outputValues', values[at]);
    const fallback = defaults[at] === undefined ? '' : textIn('defaultOutputEntry', defaults[at]);
    return `<output${attributes({ id: `${prefix}out${at + 1}`, name })}>${allowed}${fallback}</output>`;
  });
  const ruleXml = rules.map((entries, at) => {
    const tests = entries.slice(0, inputs.length).map((text) => textIn('inputEntry', text));
    const results = entries.slice(inputs.length).map((text) => textIn('outputEntry', text));
    return `<rule id="${prefix}rule${at + 1}">${tests.join('')}${results.join('')}</rule>`;
  });
  return `<decisionTable${attributes({ hitPolicy, aggregation })}>${[...inputXml, ...outputXml, ...ruleXml].join('')}</decisionTable>`;
};

const parameterXml = (tag: string, parameter: string): string => {
  const [name, typeRef] = parameter.split(':');
  return `<${tag}${attributes({ name, typeRef })}/>`;
};

/** A business knowledge model. A parameter is its name, and its type behind a colon. */
export const model = (
  id: string,
  name: string,
  parameters: readonly string[],
  logic: string,
  knows?: readonly string[],
): string =>
  `<businessKnowledgeModel${attributes({ id, name })}><encapsulatedLogic>${parameters.map((each) => parameterXml('formalParameter', each)).join('')}${logic}</encapsulatedLogic>${knowledge(knows)}</businessKnowledgeModel>`;

/** A context. An entry without a name is the result. */
export const context = (...entries: readonly (readonly [name: string | undefined, logic: string])[]): string =>
  `<context>${entries
    .map(([name, logic]) => {
      const variable = name === undefined ? '' : `<variable${attributes({ name })}/>`;
      return `<contextEntry>${variable}${logic}</contextEntry>`;
    })
    .join('')}</context>`;

export const list = (...items: readonly string[]): string => `<list>${items.join('')}</list>`;

export const relation = (columns: readonly string[], ...rows: readonly (readonly string[])[]): string =>
  `<relation>${columns.map((name) => `<column${attributes({ name })}/>`).join('')}${rows.map((cells) => `<row>${cells.join('')}</row>`).join('')}</relation>`;

/** An invocation of a business knowledge model. */
export const invocation = (name: string, bindings: Readonly<Record<string, string>>): string =>
  `<invocation>${literal(name)}${Object.entries(bindings)
    .map(([parameter, logic]) => `<binding>${parameterXml('parameter', parameter)}${logic}</binding>`)
    .join('')}</invocation>`;

/** A function. */
export const fn = (parameters: readonly string[], body: string): string =>
  `<functionDefinition>${parameters.map((each) => parameterXml('formalParameter', each)).join('')}${body}</functionDefinition>`;
