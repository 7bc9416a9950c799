import { nearest } from '../../../common/nearest-name.ts';
import type { Engine, Json, Key, Wait } from '../../../engine/index.ts';

/** What is known about an incident. */
export interface IncidentFacts {
  readonly type: string;
  readonly message: string;
  readonly elementId: string;
  /** The variables of its instance, by name. */
  readonly variables: ReadonlyMap<string, Json>;
  /** The ids of the processes that are deployed. */
  readonly processIds: readonly string[];
}

const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return (
    { string: 'a text', number: 'a number', bigint: 'a number', boolean: 'a boolean' }[typeof value as string] ??
    'a context'
  );
};

const wantedKinds: Readonly<Record<string, string>> = {
  BOOLEAN: 'true or false',
  STRING: 'a text',
  NUMBER: 'a number',
  ARRAY: 'a list',
  OBJECT: 'a context',
};

const wrongResult = /expression '([\s\S]*?)' to be (?:one of )?'(\w+)'[\s\S]*?but was '(\w+)'/;

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** For an expression whose result is of the wrong kind: which variable is missing, or of which kinds they are. */
const expressionFix = ({ message, variables }: IncidentFacts): string | undefined => {
  const missing = /No variable found for '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) {
    const guess = nearest(missing, [...variables.keys()]);
    const meant = guess === undefined ? '' : `Did you mean ${guess}? `;
    return `${meant}Fix: set the variable ${missing}, or correct the name in the expression, and resolve the incident.`;
  }
  const found = wrongResult.exec(message);
  if (found === null) return undefined;
  const [, expression = '', wanted = '', given] = found;
  const kind = wantedKinds[wanted] ?? wanted;
  const read = [...new Set(expression.match(/[A-Za-z_]\w*/g) ?? [])].filter((name) => variables.has(name));
  const kinds = read.map((name) => `${name} is ${kindOf(variables.get(name)!)}`);
  const why =
    kinds.length === 0 || given !== 'NULL' ? '' : `${listed(kinds)}, and values of different kinds give null. `;
  const first = read.find((name) => typeof variables.get(name) === 'string');
  const convert =
    why !== '' && first !== undefined && /[<>]/.test(expression) ? `, for example with number(${first})` : '';
  return `${why}Fix: make the expression give ${kind}${convert}, or set the variables that it reads to other values, and resolve the incident.`;
};

/** A line about an input of a connector, e.g. `- customer.name: is required`, as the runtime lists them in the error of a job. */
const wrongInput = /^- ([A-Za-z_][^:\n]*): /gm;

/** The type of the incidents of jobs that have no attempts left. */
const jobFailure = 'JOB_NO_RETRIES';

/** How to go on after a job has failed for good: the process, the variables or the connector are wrong. */
const jobFix = ({ message, elementId }: Pick<IncidentFacts, 'message' | 'elementId'>): string => {
  // The error of the connector can have any text, so only the beginning of the runtime's own counts.
  if (!message.startsWith("The job's variables do not fit the input of the ")) {
    return 'Fix: correct the cause, and run the job again with retry. With --watch, a changed connector is loaded anew before that.';
  }
  const [list = ''] = message.split(' | Error variables: ');
  const inputs = [...new Set([...list.matchAll(wrongInput)].map(([, path = '']) => path))];
  if (inputs.length === 0) {
    return `Fix: correct the input mappings of ${elementId}, deploy the process and start the instance anew with restart.`;
  }
  return (
    `Fix: map ${listed(inputs)} in the input mappings of ${elementId}, deploy the process and start the instance anew with restart; ` +
    'or set the variables and run the job again with retry.'
  );
};

const fixes: Readonly<Record<string, (facts: IncidentFacts) => string | undefined>> = {
  EXTRACT_VALUE_ERROR: (facts) =>
    facts.message.includes('timer value')
      ? 'Fix: set the variable to such a value, for example "PT5M" for five minutes, or correct the expression of the timer, and resolve the incident.'
      : expressionFix(facts),
  IO_MAPPING_ERROR: expressionFix,
  CONDITION_ERROR: expressionFix,
  CALLED_ELEMENT_ERROR: ({ message, processIds }) => {
    const id = /process id '([^']+)' to be deployed, but not found/.exec(message)?.[1];
    if (id === undefined) return undefined;
    const guess = nearest(id, processIds);
    const meant = guess === undefined ? '' : `Did you mean ${guess}? `;
    return `${meant}Fix: deploy the file with the process ${id}, for example with --resource, or correct the called element, and resolve the incident.`;
  },
  CALLED_DECISION_ERROR: ({ message }) => {
    const id = /no decision found for id '([^']+)'/.exec(message)?.[1];
    return (
      id &&
      `Fix: deploy the DMN file with the decision ${id}, for example with --resource, or correct the id in the task, and resolve the incident.`
    );
  },
  RESOURCE_NOT_FOUND: ({ message }) => {
    const id = /find a resource with id '([^']+)'/.exec(message)?.[1];
    return (
      id &&
      `Fix: deploy the file ${id}, for example with --resource, or correct the id of the linked resource, and resolve the incident.`
    );
  },
  DECISION_EVALUATION_ERROR: ({ message }) =>
    message.includes('UNIQUE hit policy')
      ? 'Fix: change the rules so that only one of them matches, or choose another hit policy, such as FIRST, deploy the file, and resolve the incident.'
      : undefined,
  UNHANDLED_ERROR_EVENT: ({ message }) => {
    const code = /with the code '([^']*)'/.exec(message)?.[1];
    if (code === undefined) return undefined;
    const available = /Available error events are \[([^\]]*)\]/.exec(message)?.[1]?.split(', ') ?? [];
    const guess = nearest(code, available);
    const meant = guess === undefined ? '' : `Did you mean ${guess}? `;
    return `${meant}Fix: catch ${code} with an error boundary event or an event subprocess, or let the connector throw a code that is caught.`;
  },
};

/**
 * How to fix an incident, as sentences; `undefined` if its message says it, or if nothing is known. Values of variables are not shown. Pure.
 *
 * @example
 * incidentFix({ type: 'CALLED_DECISION_ERROR', message: "… no decision found for id 'dish'", elementId: 'Cook', variables, processIds });
 * // 'Fix: deploy the DMN file with the decision dish, …'
 */
export const incidentFix = (facts: IncidentFacts): string | undefined =>
  /\bFix: /.test(facts.message) ? undefined : facts.type === jobFailure ? jobFix(facts) : fixes[facts.type]?.(facts);

/**
 * A message without the variables of the error that the runtime adds for Camunda's own pages, which show nothing else. Here they are
 * shown as variables.
 *
 * @example
 * plainFailure('refused | Error variables: {"error":{"type":"Error"}}'); // 'refused'
 */
export const plainFailure = (message: string): string => message.replace(/ \| Error variables: \{.*\}$/s, '');

/** A text about an incident, and how to fix it in a sentence of its own. */
export const withFix = (text: string, fix: string | undefined): string => {
  if (fix === undefined) return text;
  return `${text}${/[.!?:…]$/.test(text) ? '' : '.'} ${fix}`;
};

/** An incident of an engine. */
interface EngineIncident {
  readonly type: string;
  readonly message: string;
  readonly elementId: string;
  readonly processInstanceKey: Key;
}

/**
 * Like {@link incidentFix}, for the incidents of an engine as it is now. The variables of an instance and the processes are read once,
 * when the first incident needs them.
 *
 * @example
 * const fixOf = fixesOf(engine);
 * for (const incident of engine.incidents()) fixOf(incident); // 'Fix: deploy the form ask, …'
 */
export const fixesOf = (
  engine: Pick<Engine, 'instance' | 'processes'>,
): ((incident: EngineIncident) => string | undefined) => {
  const variablesOf = new Map<Key, ReadonlyMap<string, Json>>();
  let processIds: readonly string[] | undefined;
  return ({ type, message, elementId, processInstanceKey }) => {
    // Most incidents are about a job, and need none of what follows.
    if (type === jobFailure) return incidentFix({ type, message, elementId, variables: new Map(), processIds: [] });
    if (fixes[type] === undefined) return undefined;
    const variables =
      variablesOf.get(processInstanceKey) ??
      new Map(Object.entries(engine.instance(processInstanceKey)?.variables ?? {}));
    variablesOf.set(processInstanceKey, variables);
    processIds ??= engine.processes().map(({ bpmnProcessId }) => bpmnProcessId);
    return incidentFix({ type, message, elementId, variables, processIds });
  };
};

/** How to fix the incident at which an element waits; `undefined` if it waits for something else, or if nothing is known. */
export const fixOfWait = (fixOf: ReturnType<typeof fixesOf>, wait: Wait): string | undefined => {
  if (wait.kind !== 'incident') return undefined;
  const { incidentType: type, message, elementId, processInstanceKey } = wait;
  return fixOf({ type, message, elementId, processInstanceKey });
};
