/** The functions that result and error expressions have in addition to FEEL's own. docs/results-and-errors.md lists them. */
import { parseDayTimeDuration } from '../../../common/duration.ts';
import { parseTemporal, type SuppliedFunction, temporalKind } from '../../../feel/index.ts';
import { draftDocument, type JobDocuments } from '../documents/job-documents.ts';
import { growingBackoff } from '../retry-backoff.ts';
import type { FunctionServices } from './load.ts';
import { jobResultFunctions, jobResultMark } from './marks.ts';

type Check = (value: unknown) => boolean;

interface Kind {
  /** As in `must be a String`. */
  readonly name: string;
  readonly is: Check;
}

const isContext: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && temporalKind(value) === undefined;

const text: Kind = { name: 'a String', is: (value) => typeof value === 'string' };
const number: Kind = { name: 'a Number', is: (value) => typeof value === 'number' || typeof value === 'bigint' };
const context: Kind = { name: 'a Context', is: isContext };
const duration: Kind = {
  name: 'a day-time duration, e.g. @"PT10S"',
  is: (value) => temporalKind(value) === 'days and time duration',
};

/**
 * A function that checks the kinds of its arguments. A call with fewer than `required` arguments or with too many yields
 * null, as FEEL does for a function that does not exist.
 */
const typed = (
  name: string,
  parameters: Readonly<Record<string, Kind>>,
  required: number,
  // biome-ignore lint/suspicious/noExplicitAny: the kinds of the parameters decide the type of each argument
  call: (...args: any[]) => unknown,
): SuppliedFunction => {
  const entries = Object.entries(parameters);
  const checked = (...args: readonly unknown[]): unknown => {
    if (args.length < required || args.length > entries.length) return null;
    entries.slice(0, args.length).forEach(([parameter, kind], index) => {
      if (!kind.is(args[index])) {
        throw new Error(`Parameter '${parameter}' of function '${name}' must be ${kind.name}`);
      }
    });
    return call(...args);
  };
  return Object.assign(checked, { parameters: entries.map(([parameter]) => parameter) });
};

const bpmnError = typed(
  'bpmnError',
  { errorCode: text, errorMessage: text, variables: context },
  1,
  (errorCode, errorMessage, variables) => ({
    errorType: 'bpmnError',
    errorCode,
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(variables === undefined ? {} : { variables }),
  }),
);

const jobError = typed(
  'jobError',
  { errorMessage: text, variables: context, retries: number, retryBackoff: duration },
  1,
  (errorMessage, variables = {}, retries = 0, retryBackoff = 'PT0S') => ({
    errorType: 'jobError',
    errorMessage,
    variables,
    retries,
    retryBackoff,
  }),
);

const ignoreError = typed('ignoreError', { variables: context }, 0, (variables) => ({
  errorType: 'ignoreError',
  ...(variables === undefined ? {} : { variables }),
}));

/** A function whose context becomes the decision of a job; {@link jobResultOf} checks it. */
const jobResultFunction = (name: string): SuppliedFunction =>
  typed(name, { result: context }, 1, (result: object) => ({ ...result, [jobResultMark]: name }));

const milliseconds = (value: object | undefined, absent: number): number =>
  value === undefined ? absent : (parseDayTimeDuration(String(value)) ?? Number.NaN);

const durationOf = (time: number): object | undefined => parseTemporal(`PT${(time / 1000).toFixed(3)}S`);

const backoffFunction = (random: () => number): SuppliedFunction =>
  typed(
    'backoff',
    { attempt: number, minDelay: duration, factor: number, maxDelay: duration, jitterFactor: number },
    1,
    (attempt, minDelay, factor = 1.6, maxDelay = undefined, jitterFactor = 0.1) => {
      const settings = {
        attempt: Number(attempt),
        minDelay: milliseconds(minDelay, 50),
        factor: Number(factor),
        maxDelay: milliseconds(maxDelay, 5_000),
        jitterFactor: Number(jitterFactor),
      };
      const faults = [
        settings.attempt >= 1 ? '' : 'attempt must be at least 1',
        settings.factor > 0 ? '' : 'factor must be greater than 0',
        settings.minDelay <= settings.maxDelay ? '' : 'minDelay must not be longer than maxDelay',
        settings.jitterFactor >= 0 ? '' : 'jitterFactor must not be negative',
      ].filter((fault) => fault !== '');
      if (faults.length > 0) throw new Error(faults.join(', '));
      return durationOf(growingBackoff(settings, random()));
    },
  );

/** An unknown function would yield null, and the process would silently lose its document. */
const draftOf = (documents: JobDocuments | undefined, argument: unknown): object => {
  if (documents !== undefined) return draftDocument(documents, argument);
  throw Object.assign(new Error('there are no documents here'), {
    fix: 'use createDocument in the headers of a task of an outbound connector.',
  });
};

const createDocumentFunction = (documents: JobDocuments | undefined): SuppliedFunction =>
  Object.assign((...args: readonly unknown[]): unknown => (args.length === 1 ? draftOf(documents, args[0]) : null), {
    parameters: ['value'],
  });

/** Makes the functions for one evaluation. */
export const expressionFunctions = ({
  random,
  documents,
}: FunctionServices): Readonly<Record<string, SuppliedFunction>> => ({
  bpmnError,
  jobError,
  ignoreError,
  backoff: backoffFunction(random),
  ...Object.fromEntries(jobResultFunctions.map((name) => [name, jobResultFunction(name)])),
  createDocument: createDocumentFunction(documents),
});
