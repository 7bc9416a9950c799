import { processAdvice } from './queries/advice.ts';
import { decisions } from './queries/decisions.ts';
import { addressSecret, inbound } from './queries/inbound.ts';
import { entryStep, instanceDetail } from './queries/instance.ts';
import { jobs } from './queries/jobs.ts';
import { messages } from './queries/messages.ts';
import { migration } from './queries/migration.ts';
import { instanceList, overview } from './queries/overview.ts';
import { tasks } from './queries/tasks.ts';
import { timers } from './queries/timers.ts';
import type { PageContent } from './server.ts';
import type { Sources } from './sources.ts';

/** How many lines a page that opens the log receives. */
const logLines = 1_000;

/** How many rows a list of instances has if the request does not say it, and at most. */
const [usualRows, maxRows] = [50, 1_000];

const countOf = (given: string | null): number =>
  /^\d{1,4}$/.test(given ?? '') ? Math.min(Number(given), maxRows) : usualRows;

/** The reads of the page that need only an engine and its history: of one at work, or of a recording. */
export const pageQueries = (sources: Sources): PageContent['queries'] => ({
  '/state': () => overview(sources),
  '/data/instances': (given) => instanceList(sources, given.get('process') ?? '', countOf(given.get('count'))),
  '/data/instance': (given) => instanceDetail(sources, given.get('key') ?? ''),
  '/data/file': (given) => {
    const content = sources.engine().resource(given.get('key') ?? '')?.content;
    return content && { xml: Buffer.from(content).toString('utf8') };
  },
  '/data/advice': (given) => processAdvice(sources, given.get('key') ?? ''),
  '/data/migration': (given) =>
    migration(sources, { instance: given.get('instance') ?? undefined, process: given.get('process') ?? undefined }),
  '/data/jobs': () => jobs(sources),
  '/data/messages': () => messages(sources),
  '/data/webhooks': () => inbound(sources),
  '/data/address': (given) => addressSecret(sources, given.get('id') ?? ''),
  '/data/timers': () => timers(sources),
  '/data/tasks': () => tasks(sources),
  '/data/decisions': () => decisions(sources),
  '/data/log': () => sources.history.latest(logLines).map(entryStep),
});
