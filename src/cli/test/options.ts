import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { type Parsed, single } from '../arguments.ts';

/** The options of `test`, for reading them and for `--help`. */
export const testOptions: ArgsDef = {
  resource: {
    type: 'string',
    valueHint: 'FILE',
    description: 'BPMN or DMN file to deploy for each test case, or folder of such files; may be repeated',
  },
  connectors: {
    type: 'string',
    valueHint: 'MODULE',
    description: 'Module that exports connectors: file, folder or package name; may be repeated',
  },
  reporter: {
    type: 'string',
    valueHint: 'NAME',
    description: 'Form of the report: spec (default), tap, junit or json',
  },
  filter: { type: 'string', valueHint: 'TEXT', description: 'Run only the test cases whose names contain this text' },
  bail: { type: 'boolean', description: 'Stop after the first test case that fails' },
  now: {
    type: 'string',
    valueHint: 'TIME',
    description: 'Time at which each test case starts, e.g. 2030-01-31T09:00:00Z; default: the same in every run',
  },
};

const reporterNames = ['spec', 'tap', 'junit', 'json'] as const;

/** The forms of a report. */
export type ReporterName = (typeof reporterNames)[number];

/** A request to the command `test`. */
export interface TestRequest {
  readonly files: readonly string[];
  readonly resources: readonly string[];
  readonly connectors: readonly string[];
  readonly reporter: ReporterName;
  readonly filter: string | undefined;
  readonly bail: boolean;
  readonly now: string | undefined;
}

const readReporter = (name: string | undefined): ReporterName => {
  const found = name === undefined ? 'spec' : reporterNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw fault('definition', {
    what: didYouMean(`There is no reporter ${name}.`, nearest(name ?? '', reporterNames)),
    fix: `use one of ${reporterNames.join(', ')}.`,
  });
};

const readNow = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) && Date.parse(text) >= 0) return text;
  throw fault('definition', {
    what: '--now must be a date and time with an offset, in 1970 or later.',
    fix: 'write e.g. --now 2030-01-31T09:00:00Z.',
  });
};

/**
 * Checks the arguments of `test`.
 *
 * @throws a fault of kind `definition` that names the wrong argument
 */
export const readTestRequest = ({ positionals, options, flags }: Parsed): TestRequest => {
  if (positionals.length === 0) {
    throw fault('definition', {
      what: 'test needs at least one file of test cases.',
      fix: 'name files or folders, e.g. camunda-connectors test cases --resource bpmn.',
    });
  }
  return {
    files: positionals,
    resources: options.resource ?? [],
    connectors: options.connectors ?? [],
    reporter: readReporter(single(options, 'reporter')),
    filter: single(options, 'filter'),
    bail: flags.has('bail'),
    now: readNow(single(options, 'now')),
  };
};
