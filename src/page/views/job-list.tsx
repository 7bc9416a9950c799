import { useState } from 'preact/hooks';
import type { Attempt, JobDetail } from '../../cli/dev/page/contract.ts';
import { Empty, More, State } from '../parts/controls.tsx';
import { counted, lengthText, momentText } from '../parts/format.ts';
import { JobActions } from './job-actions.tsx';
import { Value } from './variables.tsx';

const outcomeTexts: Readonly<Record<NonNullable<Attempt['outcome']>, string>> = {
  completed: 'completed',
  failed: 'failed',
  errorThrown: 'BPMN error',
  cancelled: 'cancelled',
  timedOut: 'timed out',
};

const AttemptText = ({ attempt, number }: { readonly attempt: Attempt; readonly number: number }) => {
  const { outcome, startedAt, took, endedAt, input, given, result, returned, code, message, stack } = attempt;
  const { retriesLeft, worker } = attempt;
  const length = took ?? (endedAt === undefined ? undefined : endedAt - startedAt);
  return (
    <li class={`attempt ${outcome ?? 'running'}`}>
      <p>
        <strong>
          Attempt {number}: {outcome === undefined ? 'running' : outcomeTexts[outcome]}
          {code === undefined ? '' : ` ${code}`}
        </strong>{' '}
        <span class="faint">
          {momentText(startedAt)}
          {length === undefined ? '' : ` · ${lengthText(length)}`} · {worker}
          {retriesLeft === undefined
            ? ''
            : ` · ${retriesLeft === 0 ? 'no attempt' : counted(retriesLeft, 'attempt')} left`}
        </span>
      </p>
      <dl>
        <dt>{given === undefined ? 'Input' : 'Variables'}</dt>
        <dd>
          <Value value={input} />
        </dd>
        {given === undefined ? null : (
          <>
            <dt title="As the connector gets it: converted by its schema, without secrets">Input</dt>
            <dd>
              <Value value={given} />
            </dd>
          </>
        )}
        {returned === undefined ? null : (
          <>
            <dt title="What the connector has returned">Returned</dt>
            <dd>
              <Value value={returned} />
            </dd>
          </>
        )}
        {result === undefined ? null : (
          <>
            <dt>Result</dt>
            <dd>
              <Value value={result} />
            </dd>
          </>
        )}
        {message === undefined || message === '' ? null : (
          <>
            <dt>Error</dt>
            <dd>
              <pre class="code">{stack ?? message}</pre>
            </dd>
          </>
        )}
      </dl>
    </li>
  );
};

/** The last attempt, and the earlier ones folded up. */
const Attempts = ({ attempts }: { readonly attempts: readonly Attempt[] }) => {
  const texts = attempts.map((attempt, index) => (
    <AttemptText key={attempt.startedAt + index} attempt={attempt} number={index + 1} />
  ));
  const earlier = texts.slice(0, -1);
  return (
    <>
      {earlier.length === 0 ? null : (
        <details class="earlier">
          <summary class="faint">{counted(earlier.length, 'earlier attempt')}</summary>
          <ol>{earlier}</ol>
        </details>
      )}
      <ol>{texts.slice(-1)}</ol>
    </>
  );
};

/** How many jobs of an instance are listed at first. */
const firstRows = 50;

/** Jobs with their attempts, their log lines and what can be done with them. */
export const JobList = ({
  jobs,
  withInstance = false,
  none = 'There are none.',
}: {
  readonly jobs: readonly JobDetail[];
  readonly withInstance?: boolean;
  /** What is said without jobs. */
  readonly none?: string;
}) => {
  const [count, setCount] = useState(firstRows);
  if (jobs.length === 0) return <Empty>{none}</Empty>;
  return (
    <>
      <ul class="jobs">
        {jobs.slice(0, withInstance ? jobs.length : count).map((job) => (
          <li key={job.key} id={`job-${job.key}`}>
            <details open={job.incident !== undefined || jobs.length === 1}>
              <summary>
                <strong>{job.elementName}</strong> <code>{job.type}</code>{' '}
                <State of={job.incident === undefined ? job.state : 'INCIDENT'} />
                {withInstance ? <span class="faint"> {job.process}</span> : null}
                {job.served ? null : <span class="warning"> no loaded connector has this type</span>}
              </summary>
              <Attempts attempts={job.attempts} />
              {job.reasons.map((reason) => (
                <p key={reason} class="reason">
                  {reason}
                </p>
              ))}
              {job.log.length === 0 ? null : (
                <pre class="code lines">
                  {job.log
                    .map(({ at, level, text }) => `${momentText(at)} ${level === 'info' ? '' : `${level} `}${text}`)
                    .join('\n')}
                </pre>
              )}
              <JobActions job={job} withInstance={withInstance} />
            </details>
          </li>
        ))}
      </ul>
      {withInstance ? null : <More count={jobs.length - count} onMore={() => setCount(2 * count)} />}
    </>
  );
};
