import { useMemo, useRef, useState } from 'preact/hooks';
import type { InstanceList, ProcessAdvice, ProcessSummary, StartTriggers } from '../../cli/dev/page/contract.ts';
import { useData, useOnce } from '../data.ts';
import { Empty, State } from '../parts/controls.tsx';
import { Diagram, type Marks } from '../parts/diagram.tsx';
import { counted, shortKey, timeText } from '../parts/format.ts';
import { PublishDialog } from '../parts/publish.tsx';
import { linkTo } from '../route.ts';
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

/** The instances of a process as a table. */
const InstanceTable = ({ definition, canStart }: { readonly definition: string; readonly canStart: boolean }) => {
  const [count, setCount] = useState(pageSize);
  const { value } = useData<InstanceList>(`/data/instances?process=${definition}&count=${count}`);
  // While more are read, those before stay.
  const latest = useRef<InstanceList | undefined>(undefined);
  latest.current = value ?? latest.current;
  if (latest.current === undefined) return null;
  const { rows, more } = latest.current;
  if (rows.length === 0) {
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
              <td class="figure">{startedAt === undefined ? '' : timeText(startedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 ? (
        <button type="button" class="plain" onClick={() => setCount(count + pageSize)}>
          {more} more
        </button>
      ) : null}
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

const Process = ({ process, outdated }: { readonly process: ProcessSummary; readonly outdated: Outdated }) => {
  const { value: file, error } = useOnce<{ readonly xml: string }>(`/data/file?key=${process.key}`);
  const [isStarting, setStarting] = useState(false);
  const { triggers } = process;
  const { value: advice } = useData<ProcessAdvice>(`/data/advice?key=${process.key}`);
  const [selected, setSelected] = useState<string>();
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
          marks={marks}
          label={`Diagram of ${process.name}: ${counted(process.active, 'active instance')}, ${counted(process.incidents, 'incident')}`}
        />
      )}
      {advice === undefined ? null : (
        <AdviceOfProcess advice={advice} onSelect={(id) => setSelected(id === selected ? undefined : id)} />
      )}
      <h2>Instances</h2>
      <InstanceTable definition={process.key} canStart={triggers === undefined} />
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
  const chosen = processes.find(({ key }) => key === route.id) ?? listed.find(({ id }) => id === route.id) ?? listed[0];
  if (chosen === undefined) {
    return (
      <Empty>No process is deployed. Stop dev and start it with --resource and the folder of your BPMN files.</Empty>
    );
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
      <Process key={chosen.key} process={chosen} outdated={outdatedOf(processes, chosen.id)} />
    </div>
  );
};
