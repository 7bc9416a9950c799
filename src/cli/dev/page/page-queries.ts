import type { Rows } from './contract.ts';
import { processAdvice } from './queries/advice.ts';
import { decisions } from './queries/decisions.ts';
import { addressSecret, inbound } from './queries/inbound.ts';
import { entryStep, instanceDetail, type KnownSteps } from './queries/instance.ts';
import { attemptsOf, jobs } from './queries/jobs.ts';
import { largeValue } from './queries/large-values.ts';
import { messages } from './queries/messages.ts';
import { migration } from './queries/migration.ts';
import { instanceList, overview } from './queries/overview.ts';
import { tasks } from './queries/tasks.ts';
import { timers } from './queries/timers.ts';
import type { PageContent } from './server.ts';
import type { Sources } from './sources.ts';
import { adviceStamp, instanceStamp } from './stamps.ts';

/** How many lines a page that opens the log receives. */
const logLines = 1_000;

/** How many rows a list has if the request does not say it, and at most. */
const [usualRows, maxRows] = [50, 100_000];

const countOf = (given: URLSearchParams): number => {
  const count = given.get('count') ?? '';
  return /^\d{1,6}$/.test(count) ? Math.min(Number(count), maxRows) : usualRows;
};

/** One of some names; the first one for anything else. */
const oneOf = <const Name extends string>(names: readonly [Name, ...Name[]], given: string | null): Name =>
  names.find((name) => name === given) ?? names[0];

/** What was asked for by its key; `undefined` if there is none. */
const ifFound = <List extends Rows<unknown>>(list: List, key: string | null): List | undefined =>
  key === null || list.rows.length > 0 ? list : undefined;

/** The steps that a page has: `COUNT-LAST`. */
const knownSteps = (given: string | null): KnownSteps | undefined => {
  const [, count, last] = /^(\d{1,9})-(\d{1,15})$/.exec(given ?? '') ?? [];
  return count === undefined ? undefined : { count: Number(count), last: Number(last) };
};

/** What the answers to long reads depend on. */
export const pageStamps = (sources: Sources): NonNullable<PageContent['stamps']> => ({
  '/data/instance': (given) => instanceStamp(sources, given.get('key') ?? ''),
  '/data/advice': (given) => adviceStamp(sources, given.get('key') ?? ''),
});

/** Why something does not exist that the page asks for. */
export const goneText =
  ({ history }: Sources): NonNullable<PageContent['gone']> =>
  (path, given) =>
    path === '/data/instance' && history.isTakenBack(given.get('key') ?? '')
      ? 'This instance does not exist any more since the step back.'
      : undefined;

/** The reads of the page that need only an engine and its history: of one at work, or of a recording. */
export const pageQueries = (sources: Sources): PageContent['queries'] => ({
  '/state': () => overview(sources),
  '/data/instances': (given) =>
    instanceList(
      sources,
      given.get('process') ?? '',
      countOf(given),
      oneOf(['all', 'active', 'incidents', 'ended'], given.get('show')),
    ),
  '/data/instance': (given) => instanceDetail(sources, given.get('key') ?? '', knownSteps(given.get('has'))),
  '/data/file': (given) => {
    const content = sources.engine().resource(given.get('key') ?? '')?.content;
    return content && { xml: Buffer.from(content).toString('utf8') };
  },
  '/data/advice': (given) => processAdvice(sources, given.get('key') ?? ''),
  '/data/migration': (given) =>
    migration(sources, { instance: given.get('instance') ?? undefined, process: given.get('process') ?? undefined }),
  '/data/jobs': (given) => {
    const key = given.get('key');
    const show = oneOf(['all', 'open', 'errors', 'unserved'], given.get('show'));
    const text = given.get('text') ?? '';
    return ifFound(jobs(sources, { count: countOf(given), show, text, ...(key === null ? {} : { key }) }), key);
  },
  '/data/messages': (given) => messages(sources, countOf(given)),
  '/data/webhooks': () => inbound(sources),
  '/data/address': (given) => addressSecret(sources, given.get('id') ?? ''),
  '/data/timers': (given) =>
    timers(sources, countOf(given), oneOf(['all', 'timers', 'jobs', 'messages'], given.get('show'))),
  '/data/tasks': (given) => {
    const key = given.get('key');
    return ifFound(tasks(sources, countOf(given), key ?? undefined), key);
  },
  '/data/decisions': (given) => {
    const key = given.get('key');
    return ifFound(decisions(sources, countOf(given), key ?? undefined), key);
  },
  '/data/value': (given) => largeValue(sources, given, (instance, job) => attemptsOf(sources, instance, job)),
  '/data/log': () => sources.history.latest(logLines).map(entryStep),
});
