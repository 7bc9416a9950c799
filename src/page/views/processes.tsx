import { useMemo, useState } from 'preact/hooks';
import type {
  InstanceFilter,
  InstanceList,
  OtherDefinitions,
  ProcessAdvice,
  ProcessSummary,
  StartTriggers,
} from '../../cli/dev/page/contract.ts';
import { useData, useOnce, useRows } from '../data.ts';
import { Empty, More, State } from '../parts/controls.tsx';
import { Diagram, type Marks } from '../parts/diagram.tsx';
import { FilterChoice } from '../parts/filter-choice.tsx';
import { counted, momentText, shortKey } from '../parts/format.ts';
import { PublishDialog } from '../parts/publish.tsx';
import { linkTo, type Route, setParameter } from '../route.ts';
import { NewerVersion } from '../versions/newer-version.tsx';
import { type Outdated, outdatedOf } from '../versions/outdated.ts';
import { AdviceOfProcess, hintCounts } from './hints.tsx';
import type { ViewProps } from './props.ts';
import { StartDialog } from './start.tsx';

/** How many instances are listed, and how many more with each "more". */
const pageSize = 50;

const marksOf = ({ elements, flows, stuck }: ProcessSummary): Marks => {
  const numbers = (name: 'active' | 'done'): ReadonlyMap<string, number> =>
    new Map(Object.entries(elements).flatMap(([id, count]) => (count[name] > 0 ? [[id, count[name]]] : [])));
  return {
    active: numbers('active'),
    done: numbers('done'),
    incidents: new Map(stuck.map((id) => [id, 1])),
    flows: new Map(Object.entries(flows)),
  };
};

const Figures = ({ active, completed, terminated, incidents, hints }: ProcessSummary) => (
  <span class="figures">
    {hints > 0 ? <span class="hinted">{counted(hints, 'hint')}</span> : null}
    {incidents > 0 ? <span class="stuck">⚠ {incidents}</span> : null}
    <span class={active > 0 ? 'active' : ''}>{active} active</span>
    <span>{completed} completed</span>
    {terminated > 0 ? <span>{terminated} terminated</span> : null}
  </span>
);

const filters: readonly (readonly [name: InstanceFilter, title: string])[] = [
  ['all', 'All'],
  ['active', 'Active'],
  ['incidents', 'With incidents'],
  ['ended', 'Ended'],
];

/** Says how many instances are not in the list, and how to find one of them. */
const Unlisted = ({ count }: { readonly count: number }) =>
  count === 0 ? null : (
    <p class="faint">
      {counted(count, 'ended instance')} {count === 1 ? 'is' : 'are'} not listed any more: the list has the last 1000 of
      all processes together. Of the last 10000, the address <code>#/instance/KEY</code> opens each.
    </p>
  );

/** The instances of a process as a table. */
const InstanceTable = ({
  definition,
  canStart,
  show,
}: {
  readonly definition: string;
  readonly canStart: boolean;
  readonly show: string;
}) => {
  const query = new URLSearchParams({ process: definition, show });
  const { value, showMore } = useRows<InstanceList>(`/data/instances?${query}`, pageSize);
  if (value === undefined) return null;
  const { rows, more, unlisted } = value;
  if (rows.length === 0) {
    if (unlisted > 0) return <Unlisted count={unlisted} />;
    if (show !== 'all') return <Empty>No instance is like that.</Empty>;
    return <Empty>There is no instance yet.{canStart ? ' Start one with the button above.' : ''}</Empty>;
  }
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">Instance</th>
            <th scope="col">State</th>
            <th scope="col">At</th>
            <th scope="col">Version</th>
            <th scope="col">Started</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, state, incidents, at, startedAt, version }) => (
            <tr key={key}>
              <td>
                <a class="code" href={linkTo('instance', key)} title={key}>
                  {shortKey(key)}
                </a>
              </td>
              <td>
                <State of={incidents > 0 ? 'INCIDENT' : state} />
              </td>
              <td>{at.join(', ')}</td>
              <td class="figure">{version}</td>
              <td class="figure">{startedAt === undefined ? '' : momentText(startedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More count={more} onMore={showMore} />
      <Unlisted count={unlisted} />
    </>
  );
};

/** Starts an instance, or publishes the message that does. A process that nothing of this starts has none. */
const StartButton = ({
  triggers,
  onClick,
}: {
  readonly triggers: StartTriggers | undefined;
  readonly onClick: () => void;
}) =>
  triggers !== undefined && triggers.messages.length === 0 ? null : (
    <button type="button" class="main acts" onClick={onClick} data-key="s">
      {triggers === undefined ? 'Start an instance' : 'Publish the message that starts it'}
    </button>
  );

const Process = ({
  process,
  outdated,
  route,
}: {
  readonly process: ProcessSummary;
  readonly outdated: Outdated;
  readonly route: Route;
}) => {
  const { value: file, error } = useOnce<{ readonly xml: string }>(`/data/file?key=${process.key}`);
  const [isStarting, setStarting] = useState(false);
  const { triggers } = process;
  const { value: advice } = useData<ProcessAdvice>(`/data/advice?key=${process.key}`);
  const selected = route.parameters.get('element') ?? undefined;
  const show = route.parameters.get('show') ?? 'all';
  const marks = useMemo<Marks>(
    () => ({ ...marksOf(process), hints: hintCounts(advice?.hints ?? [], process.id), selected }),
    [process, advice, selected],
  );
  return (
    <section class="process" aria-label={process.name}>
      <header class="bar">
        <h1>{process.name}</h1>
        <span class="faint">
          {process.id} · version {process.version} · {process.resourceName}
        </span>
        <span class="space" />
        <Figures {...process} />
        <StartButton triggers={triggers} onClick={() => setStarting(true)} />
      </header>
      {triggers === undefined ? null : <p class="faint">To start an instance, {triggers.text}.</p>}
      <NewerVersion {...outdated} />
      {file === undefined ? (
        <div class="diagram">{error === undefined ? null : <p class="notice">{error}</p>}</div>
      ) : (
        <Diagram
          xml={file.xml}
          process={process.id}
          marks={marks}
          label={`Diagram of ${process.name}: ${counted(process.active, 'active instance')}, ${counted(process.incidents, 'incident')}`}
        />
      )}
      {advice === undefined ? null : (
        <AdviceOfProcess advice={advice} onSelect={(id) => setParameter('element', id === selected ? '' : id)} />
      )}
      <h2>
        Instances
        <span class="space" />
        <FilterChoice legend="Which instances" group="instances" filters={filters} show={show} />
      </h2>
      {process.counted === 0 ? null : (
        <p class="faint">
          Because very many ran, {process.counted} of{' '}
          {counted(process.completed + process.terminated, 'ended instance')} {process.counted === 1 ? 'was' : 'were'}{' '}
          only counted: no path is kept of {process.counted === 1 ? 'it' : 'them'}. The paths of the others are kept
          while they are listed.
        </p>
      )}
      <InstanceTable definition={process.key} canStart={triggers === undefined} show={show} />
      {!isStarting ? null : triggers === undefined ? (
        <StartDialog process={process} onClose={() => setStarting(false)} />
      ) : (
        <PublishDialog
          draft={{ name: triggers.messages[0] ?? '', correlationKey: '' }}
          names={triggers.messages}
          onClose={() => setStarting(false)}
        />
      )}
    </section>
  );
};

/** What is deployed if no process is, and what to do. */
const NoProcess = ({ others }: { readonly others: OtherDefinitions | undefined }) => {
  const { forms = [], decisions = [], files = [] } = others ?? {};
  if (forms.length + decisions.length + files.length === 0) {
    return (
      <Empty>No process is deployed. Stop dev and start it with --resource and the folder of your BPMN files.</Empty>
    );
  }
  return (
    <section aria-label="What is deployed">
      <h1>No process is deployed</h1>
      <p>Nothing can run yet: only this is deployed.</p>
      <ul class="cards">
        {forms.map(({ id, resourceName }) => (
          <li key={`form ${id}`}>
            The form <strong>{id}</strong> <span class="faint">({resourceName})</span>: a user task shows it.
          </li>
        ))}
        {decisions.map(({ id, name }) => (
          <li key={`decision ${id}`}>
            The decision <strong>{id}</strong> {name === id || name === '' ? null : <span class="faint">({name})</span>}
            : a business rule task evaluates it.
          </li>
        ))}
        {files.map((name) => (
          <li key={`file ${name}`}>
            The file <strong>{name}</strong>: the job of a task with this linked resource gets its key.
          </li>
        ))}
      </ul>
      <p>
        Fix: deploy a process that refers to them. Stop dev and start it with --resource and the folder of your BPMN
        files, or, while dev watches this folder, save a BPMN file in it.
      </p>
    </section>
  );
};

/** The deployed processes; the chosen one with its diagram, on which the tokens of all its instances are. */
export const ProcessesView = ({ overview, route }: ViewProps) => {
  const { processes } = overview;
  // Of each process the latest version, and the older ones that still have instances.
  const places = new Map([...processes].reverse().map(({ id }, index) => [id, -index]));
  const listed = processes
    .filter(
      ({ id, version, active }) => active > 0 || !processes.some((other) => other.id === id && other.version > version),
    )
    .sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0) || b.version - a.version);
  // By its id, the latest version.
  const named = processes.find(({ key }) => key === route.id) ?? listed.find(({ id }) => id === route.id);
  const chosen = named ?? listed[0];
  if (chosen === undefined) {
    return <NoProcess others={overview.others} />;
  }
  return (
    <div class={listed.length > 1 ? 'with-list' : 'without-list'}>
      {listed.length > 1 ? (
        <nav class="list" aria-label="Processes">
          <ul>
            {listed.map((process) => (
              <li key={process.key}>
                <a
                  href={linkTo('processes', process.key)}
                  aria-current={process.key === chosen.key ? 'true' : undefined}
                >
                  <strong>{process.name}</strong>
                  <span class="faint">version {process.version}</span>
                  <Figures {...process} />
                </a>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
      <div>
        {named !== undefined || route.id === '' ? null : (
          <Empty>The process {route.id} does not exist (any more). This is another one.</Empty>
        )}
        <Process key={chosen.key} process={chosen} outdated={outdatedOf(processes, chosen.id)} route={route} />
      </div>
    </div>
  );
};
