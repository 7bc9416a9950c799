import { useState } from 'preact/hooks';
import type { JobDetail } from '../../cli/dev/page/contract.ts';
import { useData } from '../data.ts';
import { Empty } from '../parts/controls.tsx';
import { JobList } from './job-list.tsx';
import type { ViewProps } from './props.ts';

/** Which jobs are shown. */
const filters: readonly { readonly name: string; readonly accepts: (job: JobDetail) => boolean }[] = [
  { name: 'All', accepts: () => true },
  { name: 'Open', accepts: ({ state }) => !['COMPLETED', 'CANCELLED', 'ERROR_THROWN'].includes(state) },
  {
    name: 'With errors',
    accepts: ({ attempts }) => attempts.some(({ outcome }) => outcome === 'failed' || outcome === 'errorThrown'),
  },
  { name: 'Without a connector', accepts: ({ served }) => !served },
];

/** The open jobs and the latest others. */
export const JobsView = ({ route }: ViewProps) => {
  const { value: jobs, error } = useData<readonly JobDetail[]>('/data/jobs');
  const [chosen, setChosen] = useState(0);
  const [text, setText] = useState(route.parameters.get('filter') ?? '');
  if (jobs === undefined) return <p class="notice">{error ?? 'Loading …'}</p>;
  const wanted = text.trim().toLowerCase();
  const found = jobs.filter(
    (job) =>
      filters[chosen]!.accepts(job) &&
      [job.type, job.elementName, job.process, job.key, job.instance].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
  );
  return (
    <section aria-label="Jobs">
      <header class="bar">
        <h1>Jobs</h1>
        <fieldset class="choice">
          <legend class="hidden">Which jobs</legend>
          {filters.map(({ name, accepts }, index) => (
            <label key={name}>
              <input type="radio" name="jobs" checked={index === chosen} onChange={() => setChosen(index)} />
              {name} <span class="number">{jobs.filter(accepts).length}</span>
            </label>
          ))}
        </fieldset>
        <span class="space" />
        <input
          type="search"
          placeholder="Filter: type, element, process …"
          aria-label="Filter"
          data-key="/"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </header>
      {jobs.length === 0 ? (
        <Empty>No instance has reached a task with a job yet.</Empty>
      ) : (
        <JobList jobs={found} withInstance none="No job fits the filter." />
      )}
    </section>
  );
};
