import type { JobFilter, JobRows } from '../../cli/dev/page/contract.ts';
import { useRows } from '../data.ts';
import { Empty, More, NotShown, OnlyOne } from '../parts/controls.tsx';
import { FilterChoice } from '../parts/filter-choice.tsx';
import { linkTo, setParameter } from '../route.ts';
import { JobList } from './job-list.tsx';
import type { ViewProps } from './props.ts';

/** How many jobs are listed at first. */
const firstRows = 50;

const filters: readonly (readonly [name: JobFilter, title: string])[] = [
  ['all', 'All'],
  ['open', 'Open'],
  ['errors', 'With errors'],
  ['unserved', 'Without a connector'],
];

/** The open jobs and the latest others, or the one that the address names. */
export const JobsView = ({ route }: ViewProps) => {
  const text = route.parameters.get('filter') ?? '';
  const show = route.parameters.get('show') ?? 'all';
  const query = new URLSearchParams({ show, text, ...(route.id === '' ? {} : { key: route.id }) });
  const { value, error, showMore } = useRows<JobRows>(`/data/jobs?${query}`, firstRows);
  if (value === undefined) return <NotShown error={error} all={linkTo('jobs')} />;
  const { rows, more, counts } = value;
  return (
    <section aria-label="Jobs">
      <header class="bar">
        <h1>Jobs</h1>
        <FilterChoice legend="Which jobs" group="jobs" filters={filters} show={show} counts={counts} />
        <span class="space" />
        <input
          type="search"
          placeholder="Filter: type, element, process …"
          aria-label="Filter"
          data-key="/"
          value={text}
          onInput={(event) => setParameter('filter', event.currentTarget.value)}
        />
      </header>
      {route.id === '' ? null : <OnlyOne all={linkTo('jobs')} />}
      {counts.all === 0 ? (
        <Empty>No instance has reached a task with a job yet.</Empty>
      ) : (
        <JobList jobs={rows} withInstance none="No job fits the filter." />
      )}
      <More count={more} onMore={showMore} />
    </section>
  );
};
