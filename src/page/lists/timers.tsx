import type { DueFilter, DueRow, Timers } from '../../cli/dev/page/contract.ts';
import { act, useRows } from '../data.ts';
import { ActionButton, Empty, More } from '../parts/controls.tsx';
import { FilterChoice } from '../parts/filter-choice.tsx';
import { dateText, lengthText, shortKey } from '../parts/format.ts';
import { linkTo } from '../route.ts';
import type { ViewProps } from '../views/props.ts';

const kinds: Readonly<Record<DueRow['kind'], string>> = {
  timer: 'timer',
  jobBackoff: 'back-off of a job',
  jobTimeout: 'timeout of a job',
  messageExpiry: 'end of a message',
};

const filters: readonly (readonly [name: DueFilter, title: string])[] = [
  ['all', 'All'],
  ['timers', 'Timers'],
  ['jobs', 'Jobs'],
  ['messages', 'Messages'],
];

const steps = [
  ['+ 1 min', 60_000],
  ['+ 1 h', 3_600_000],
  ['+ 1 d', 86_400_000],
  ['+ 30 d', 2_592_000_000],
  ['+ 1 y', 31_536_000_000],
] as const;

const repetitionText = (repetitions: number): string => {
  if (repetitions === -1) return 'repeats';
  return repetitions > 1 ? `${repetitions} times` : 'once';
};

const ClockActions = ({ isRunning }: { readonly isRunning: boolean }) => (
  <>
    <ActionButton action={() => act('clock', { action: isRunning ? 'pause' : 'run' })}>
      {isRunning ? 'Pause the clock' : 'Let the clock run'}
    </ActionButton>
    {steps.map(([text, by]) => (
      <ActionButton key={text} action={() => act('clock', { action: 'advance', by })}>
        {text}
      </ActionButton>
    ))}
    <span data-key=".">
      <ActionButton kind="main" action={() => act('clock', { action: 'next' })} title="Moves the clock to it">
        To what is next
      </ActionButton>
    </span>
  </>
);

/** What is due, and the clock of processes. */
export const TimersView = ({ route }: ViewProps) => {
  const show = route.parameters.get('show') ?? 'all';
  const query = new URLSearchParams({ show });
  const { value, error, showMore } = useRows<Timers>(`/data/timers?${query}`, 100);
  if (value === undefined) return <p class="notice">{error ?? 'Loading …'}</p>;
  const { clock, due, more, counts } = value;
  return (
    <section aria-label="Timers">
      <header class="bar">
        <h1>Timers</h1>
        <FilterChoice legend="What is due" group="due" filters={filters} show={show} counts={counts} />
        <span class="faint">It is {dateText(clock.now)} for processes.</span>
        <span class="space" />
        {clock.movable ? (
          <ClockActions isRunning={clock.running} />
        ) : (
          <span class="faint">
            With <code>dev --test-clock</code>, the clock can be paused and moved.
          </span>
        )}
      </header>
      {due.length === 0 ? (
        <Empty>
          {counts.all === 0
            ? 'Nothing is due. A timer appears here when an instance reaches it.'
            : 'Nothing of this kind is due.'}
        </Empty>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Due</th>
              <th scope="col">In</th>
              <th scope="col">What</th>
              <th scope="col">Instance</th>
              <th scope="col">Repetitions</th>
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {due.map((row) => (
              <tr key={`${row.kind} ${row.key}`}>
                <td class="figure">{dateText(row.due)}</td>
                <td class="figure">{row.due <= clock.now ? 'now' : lengthText(row.due - clock.now)}</td>
                <td>
                  {row.name} <span class="faint">{kinds[row.kind]}</span>
                </td>
                <td>
                  {row.instance === undefined ? (
                    (row.process ?? '')
                  ) : (
                    <a
                      href={linkTo('instance', row.instance, { element: row.elementId })}
                    >{`${row.process} ${shortKey(row.instance)}`}</a>
                  )}
                </td>
                <td>{row.repetitions === undefined ? '' : repetitionText(row.repetitions)}</td>
                <td>
                  {row.kind === 'timer' ? (
                    <ActionButton action={() => act('fireTimer', { timer: row.key })}>Fire now</ActionButton>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More count={more} onMore={showMore} />
    </section>
  );
};
