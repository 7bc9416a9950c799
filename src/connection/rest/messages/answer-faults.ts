import type { FaultText } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import { connectionFault } from '../../faults.ts';
import type { ConnectionFault, StatusName } from '../../port.ts';
import { statusFault as callFault } from '../../status-faults.ts';
import type { RestAnswer } from '../http/exchange.ts';

/** An error as the gateway describes it (RFC 9457). */
interface Problem {
  readonly title: string;
  readonly detail: string;
}

/** Most characters of a text of the other side in an error. */
const longestDetail = 2_000;

const mediaTypeOf = ({ headers }: RestAnswer): string =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/** Whether an answer claims to be JSON of the gateway. */
export const isJson = (answer: RestAnswer): boolean =>
  answer.headers['content-type'] === 'application/json' ||
  /^application\/(?:[\w.+-]+\+)?json$/.test(mediaTypeOf(answer));

const readProblem = (answer: RestAnswer): Problem | undefined => {
  if (!isJson(answer)) return undefined;
  try {
    const value: unknown = JSON.parse(answer.body);
    if (!isObject(value)) return undefined;
    const { title, detail } = value as { readonly title?: unknown; readonly detail?: unknown };
    if (typeof title !== 'string' && typeof detail !== 'string') return undefined;
    return { title: typeof title === 'string' ? title : '', detail: typeof detail === 'string' ? detail : '' };
  } catch {
    return undefined;
  }
};

/** The gateway's names of rejections that differ from gRPC's. */
const statusByTitle: Readonly<Record<string, StatusName>> = {
  INVALID_ARGUMENT: 'INVALID_ARGUMENT',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'ALREADY_EXISTS',
  INVALID_STATE: 'FAILED_PRECONDITION',
  FORBIDDEN: 'PERMISSION_DENIED',
  UNAUTHORIZED: 'UNAUTHENTICATED',
  RESOURCE_EXHAUSTED: 'RESOURCE_EXHAUSTED',
  PROCESSING_ERROR: 'INTERNAL',
  EXCEEDED_BATCH_RECORD_SIZE: 'INVALID_ARGUMENT',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
};

const statusByCode: Readonly<Record<number, StatusName>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  406: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'FAILED_PRECONDITION',
  // The same content would be refused again.
  413: 'INVALID_ARGUMENT',
  415: 'UNIMPLEMENTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/**
 * Whether a problem with the code 404 is about the path itself and not about what it names: a web server below the gateway, or the
 * embedded engine, answers so.
 */
const isAboutPath = ({ title, detail }: Problem): boolean =>
  title === 'Not Found' && /^(?:No static resource|No endpoint|No handler found|The REST API is below)\b/i.test(detail);

/** A gateway of 8.8.0 to 8.8.2 sends back-pressure as an internal error. */
const isBackPressure = (problem: Problem | undefined): boolean =>
  problem !== undefined && /\bRESOURCE_EXHAUSTED\b/.test(`${problem.title} ${problem.detail}`);

/**
 * The status of an answer that is not a success. The code decides; the title of the problem tells apart what shares a code.
 */
const statusOf = (code: number, problem: Problem | undefined): StatusName => {
  const title = problem?.title.trim().toUpperCase().replace(/[ -]/g, '_') ?? '';
  const known = Object.hasOwn(statusByTitle, title) ? statusByTitle[title] : undefined;
  if (code === 409) return known === 'ALREADY_EXISTS' ? known : 'FAILED_PRECONDITION';
  if (code === 400) return known === 'FAILED_PRECONDITION' || known === 'ALREADY_EXISTS' ? known : 'INVALID_ARGUMENT';
  // Without a problem, nobody has looked for what the call is about.
  if (code === 404) return problem === undefined || isAboutPath(problem) ? 'UNIMPLEMENTED' : 'NOT_FOUND';
  if (code >= 500 && isBackPressure(problem)) return 'RESOURCE_EXHAUSTED';
  const found = statusByCode[code];
  if (found !== undefined) return found;
  return code >= 500 ? 'UNAVAILABLE' : 'INVALID_ARGUMENT';
};

const special =
  (code: number, sentBytes: number) =>
  (status: StatusName, why: string): FaultText | undefined => {
    if (code === 413) {
      return {
        what: `The request of ${sentBytes} bytes is larger than the gateway, or a proxy in front of it, allows (${why}).`,
        fix: 'send less: fewer or smaller variables or files. The limit of the gateway can be raised.',
      };
    }
    if (status === 'UNIMPLEMENTED') {
      return {
        what: `There is no such REST endpoint at this address (${why}).`,
        fix: 'check CAMUNDA_REST_ADDRESS (restAddress), with its path if it has one. The REST API needs a cluster of version 8.6 or later.',
      };
    }
    if (status === 'UNAVAILABLE') {
      return {
        what: `The gateway, or a proxy in front of it, cannot serve the call now (${why}).`,
        fix: 'check the state of the gateway. A proxy answers in its place while it is down.',
      };
    }
    if (status === 'DEADLINE_EXCEEDED') {
      return {
        what: `The gateway gave up waiting; what was asked for may have been done (${why}).`,
      };
    }
    return undefined;
  };

/** Milliseconds after which the other side wants to be asked again; `undefined` if it does not say. */
const retryAfterOf = ({ headers }: RestAnswer, now: number): number | undefined => {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const milliseconds = /^\s*\d+\s*$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
};

const redirected = (method: string, address: string, code: number): ConnectionFault =>
  connectionFault('rejected', 'UNIMPLEMENTED', {
    what: `The address leads elsewhere (HTTP ${code}). The redirect is not followed, because the credentials are for this address only.`,
    where: `${method}, ${address}`,
    fix: 'set CAMUNDA_REST_ADDRESS (restAddress) to the address of the gateway itself. A login page in front of it needs an exception for the API.',
  });

/**
 * The error of an answer other than a success.
 *
 * @param sentBytes size of the request's body
 * @param hide removes secrets from a text
 */
export const faultOfAnswer = (
  method: string,
  address: string,
  answer: RestAnswer,
  sentBytes: number,
  hide: (text: string) => string,
): ConnectionFault => {
  const { status: code } = answer;
  if (code >= 300 && code < 400) return redirected(method, address, code);
  const problem = readProblem(answer);
  const status = statusOf(code, problem);
  const text = hide((problem?.detail || problem?.title) ?? '');
  const details = text.length > longestDetail ? `${text.slice(0, longestDetail)}…` : text;
  const why = details === '' ? `HTTP ${code}` : `HTTP ${code}: ${details}`;
  const error = callFault(method, address, status, why, special(code, sentBytes));
  const retryAfter = error.reason === 'transient' ? retryAfterOf(answer, Date.now()) : undefined;
  return retryAfter === undefined ? error : Object.assign(error, { retryAfter });
};

/**
 * The error of a success that is not what the gateway sends, such as the login page of a proxy.
 *
 * @param what is wrong with it
 */
export const strangeAnswer = (method: string, address: string, code: number, what: string): ConnectionFault =>
  connectionFault('transient', 'UNAVAILABLE', {
    what: `The answer is not that of a Camunda gateway (HTTP ${code}: ${what}). Whether the call had an effect is unknown.`,
    where: `${method}, ${address}`,
    fix: 'check CAMUNDA_REST_ADDRESS (restAddress), and whether a proxy or a login page answers in place of the gateway.',
  });

/** Describes the kind of an answer without quoting it. */
export const kindOfAnswer = (answer: RestAnswer): string => {
  const type = mediaTypeOf(answer);
  if (answer.body === '') return 'an empty body';
  return type === '' ? 'a body without a content type' : `a body of the type ${type.slice(0, 60)}`;
};
