import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { type Parsed, readVariables, single } from '../arguments.ts';

/** The options of `engine`, for reading them and for `--help`. */
export const engineOptions: ArgsDef = {
  address: {
    type: 'string',
    valueHint: 'URL',
    description: 'Address of the REST API, as dev prints it; default: that of the settings',
  },
  variables: {
    type: 'string',
    valueHint: 'JSON',
    description: 'Variables of start, publish and complete, as a JSON object',
  },
  key: { type: 'string', valueHint: 'TEXT', description: 'Correlation key of the message that publish sends' },
  ttl: {
    type: 'string',
    valueHint: 'SECONDS',
    description: 'How long the message of publish waits for a subscription; default: 60',
  },
  retries: {
    type: 'string',
    valueHint: 'NUMBER',
    description: 'Retries that resolve gives to the job of the incident; default: 1',
  },
  tenant: { type: 'string', valueHint: 'TENANT', description: 'Id of the tenant of start, publish and complete' },
  all: {
    type: 'boolean',
    description: 'instances also lists those that have ended, incidents those that are resolved',
  },
  json: { type: 'boolean', description: 'Print the answers of the API as lines of JSON' },
};

/** What `engine` should do. */
export type EngineAction =
  | { readonly kind: 'start'; readonly processId: string; readonly variables: object }
  | {
      readonly kind: 'publish';
      readonly name: string;
      readonly correlationKey: string;
      /** Milliseconds. */
      readonly timeToLive: number;
      readonly variables: object;
    }
  /** The key of a job or of a user task, or the type of a job. */
  | { readonly kind: 'complete'; readonly target: string; readonly variables: object }
  | { readonly kind: 'resolve'; readonly incidentKey: string; readonly retries: number }
  | { readonly kind: 'cancel'; readonly instanceKey: string }
  | { readonly kind: 'instances'; readonly processId: string | undefined; readonly all: boolean }
  | { readonly kind: 'incidents'; readonly instanceKey: string | undefined; readonly all: boolean }
  /** A time in milliseconds since the epoch; undefined: the system time. */
  | { readonly kind: 'clock'; readonly time: number | undefined };

/** A request to the command `engine`. */
export interface EngineRequest {
  readonly action: EngineAction;
  readonly address: string | undefined;
  readonly tenantId: string | undefined;
  readonly json: boolean;
}

interface Usage {
  readonly argument: string;
  readonly isRequired: boolean;
  readonly options: readonly string[];
}

/** The actions, with what each takes. */
const usages: Readonly<Record<EngineAction['kind'], Usage>> = {
  start: { argument: 'PROCESS_ID', isRequired: true, options: ['variables', 'tenant'] },
  publish: { argument: 'MESSAGE_NAME', isRequired: true, options: ['variables', 'key', 'ttl', 'tenant'] },
  complete: { argument: 'KEY_OR_JOB_TYPE', isRequired: true, options: ['variables', 'tenant'] },
  resolve: { argument: 'INCIDENT_KEY', isRequired: true, options: ['retries'] },
  cancel: { argument: 'INSTANCE_KEY', isRequired: true, options: [] },
  instances: { argument: 'PROCESS_ID', isRequired: false, options: ['all'] },
  incidents: { argument: 'INSTANCE_KEY', isRequired: false, options: ['all'] },
  clock: { argument: 'TIME', isRequired: true, options: [] },
};

const kinds = Object.keys(usages) as readonly EngineAction['kind'][];

const usageLines = kinds.map((kind) => {
  const { argument, isRequired } = usages[kind];
  return `engine ${kind} ${isRequired ? argument : `[${argument}]`}`;
});

const readKind = (name: string | undefined): EngineAction['kind'] => {
  const kind = kinds.find((known) => known === name);
  if (kind !== undefined) return kind;
  throw fault('definition', {
    what:
      name === undefined ? 'engine needs an action.' : didYouMean(`There is no action ${name}.`, nearest(name, kinds)),
    fix: `use one of ${usageLines.join(', ')}.`,
  });
};

const readNumber = (text: string | undefined, option: string, usual: number): number => {
  if (text === undefined) return usual;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw fault('definition', { what: `--${option} must be a whole number.`, fix: `write e.g. --${option} ${usual}.` });
};

const readTime = (text: string): number | undefined => {
  if (text === 'reset') return undefined;
  const time = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw fault('definition', {
    what: 'The time of engine clock must be a date and time with an offset, or reset.',
    fix: 'write e.g. engine clock 2030-01-31T09:00:00Z, or engine clock reset.',
  });
};

const readKey = (kind: string, text: string): string => {
  if (/^\d{1,19}$/.test(text)) return text;
  throw fault('definition', {
    what: `engine ${kind} needs a key, which consists of digits.`,
    fix: 'engine instances and engine incidents list keys.',
  });
};

const checkOptions = (kind: EngineAction['kind'], { options, flags }: Parsed): void => {
  const given = [...Object.entries(options).flatMap(([name, values]) => (values.length > 0 ? [name] : [])), ...flags];
  const allowed = ['address', 'json', ...usages[kind].options];
  const wrong = given.find((name) => !allowed.includes(name));
  if (wrong === undefined) return;
  throw fault('definition', {
    what: `engine ${kind} takes no --${wrong}.`,
    fix: `leave it out; its options are ${allowed.map((name) => `--${name}`).join(', ')}.`,
  });
};

const readAction = (kind: EngineAction['kind'], argument: string | undefined, parsed: Parsed): EngineAction => {
  const { options, flags } = parsed;
  const variables = (): object => readVariables(single(options, 'variables'));
  const given = argument ?? '';
  switch (kind) {
    case 'start':
      return { kind, processId: given, variables: variables() };
    case 'publish':
      return {
        ...{ kind, name: given, correlationKey: single(options, 'key') ?? '', variables: variables() },
        timeToLive: readNumber(single(options, 'ttl'), 'ttl', 60) * 1_000,
      };
    case 'complete':
      return { kind, target: given, variables: variables() };
    case 'resolve': {
      const retries = readNumber(single(options, 'retries'), 'retries', 1);
      return { kind, incidentKey: readKey(kind, given), retries };
    }
    case 'cancel':
      return { kind, instanceKey: readKey(kind, given) };
    case 'instances':
      return { kind, processId: argument, all: flags.has('all') };
    case 'incidents':
      return { kind, instanceKey: argument && readKey(kind, argument), all: flags.has('all') };
    case 'clock':
      return { kind, time: readTime(given) };
  }
};

const readAddress = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw fault('definition', {
    what: '--address must be the URL of a REST API.',
    fix: 'copy it from the output of dev, e.g. --address http://127.0.0.1:8080.',
  });
};

/**
 * Checks the arguments of `engine`.
 *
 * @throws a fault of kind `definition` that names the wrong argument
 */
export const readEngineRequest = (parsed: Parsed): EngineRequest => {
  const [name, argument, extra] = parsed.positionals;
  const kind = readKind(name);
  const usage = usages[kind];
  if (usage.isRequired && (argument ?? '') === '') {
    throw fault('definition', {
      what: `engine ${kind} needs ${usage.argument}.`,
      fix: `write engine ${kind} <${usage.argument}>.`,
    });
  }
  if (extra !== undefined) {
    throw fault('definition', {
      what: `engine ${kind} takes one argument only.`,
      fix: `write engine ${kind} <${usage.argument}>; quote what contains blanks.`,
    });
  }
  checkOptions(kind, parsed);
  return {
    action: readAction(kind, argument, parsed),
    address: readAddress(single(parsed.options, 'address')),
    tenantId: single(parsed.options, 'tenant'),
    json: parsed.flags.has('json'),
  };
};
