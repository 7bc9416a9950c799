import { useMemo, useState } from 'preact/hooks';
import type { InstanceDetail, JobDetail } from '../../cli/dev/page/contract.ts';
import { act, type Growth, useData, useOnce } from '../data.ts';
import { fold } from '../fold.ts';
import { lazy } from '../lazy.tsx';
import { ActionButton, Empty, State } from '../parts/controls.tsx';
import { Diagram, type Marks } from '../parts/diagram.tsx';
import { ownOf, shortKey } from '../parts/format.ts';
import { linkTo, setParameter } from '../route.ts';
import { NewerVersion } from '../versions/newer-version.tsx';
import { HintList, hintCounts } from './hints.tsx';
import { IncidentList } from './incidents.tsx';
import { JobList } from './job-list.tsx';
import { PathList } from './path.tsx';
import type { ViewProps } from './props.ts';
import { VariableList } from './variables.tsx';

const ModifyDialog = lazy(async () => (await import('./modify.tsx')).ModifyDialog);

/** The position in the path that the address names; the end if it names none. */
const positionIn = (detail: InstanceDetail, step: string | null): number => {
  const index = step === null ? -1 : detail.history.findIndex(({ seq }) => seq === Number(step));
  return index < 0 ? detail.history.length : index + 1;
};

/** An instance can have thousands of steps, of which only the new ones are read. */
const addedSteps: Growth<InstanceDetail> = {
  after: ({ history }) => (history.length === 0 ? '' : `&has=${history.length}-${history.at(-1)!.seq}`),
  join: ({ history }, added) => ({
    ...added,
    // All steps come if the page has some that are gone.
    history: added.history.length === added.historyLength ? added.history : [...history, ...added.history],
  }),
};

/** One instance: its diagram, its path, what it waits for, its variables and its jobs. */
export const InstanceView = ({ route }: ViewProps) => {
  const { value: detail, error } = useData(`/data/instance?key=${encodeURIComponent(route.id)}`, addedSteps);
  const { value: file, error: fileError } = useOnce<{ readonly xml: string }>(
    detail === undefined ? undefined : `/data/file?key=${detail.definition}`,
  );
  const selected = route.parameters.get('element') ?? undefined;
  const setSelected = (id: string | undefined): void => setParameter('element', id ?? '');
  const [isModifying, setModifying] = useState(false);
  const step = route.parameters.get('step');
  const position = detail === undefined ? 0 : positionIn(detail, step);
  const folded = useMemo(
    () =>
      detail === undefined ? undefined : fold([...detail.before, ...detail.history.slice(0, position)], detail.key),
    [detail, position],
  );
  const marks = useMemo<Marks>(
    () =>
      folded === undefined
        ? { active: new Map(), done: new Map(), incidents: new Map(), flows: new Map() }
        : { ...folded, hints: hintCounts(detail?.hints ?? [], detail?.process ?? ''), selected },
    [folded, detail, selected],
  );
  if (detail === undefined || folded === undefined) {
    return error === undefined ? (
      <p class="notice">Loading …</p>
    ) : (
      <Empty>
        {error} <a href={linkTo('processes')}>Show the processes</a>
      </Empty>
    );
  }
  const isLatest = position === detail.history.length;
  const show = (seq: number | undefined): void => setParameter('step', String(seq ?? ''));
  const jobs: readonly JobDetail[] =
    selected === undefined ? detail.jobs : detail.jobs.filter(({ elementId }) => elementId === selected);
  return (
    <section class="instance" aria-label={`Instance ${detail.key}`}>
      <header class="bar">
        <h1>{detail.name}</h1>
        <span class="code faint" title={detail.key}>
          {detail.key}
        </span>
        <State of={detail.incidents > 0 ? 'INCIDENT' : detail.state} />
        {detail.parent === undefined ? null : (
          <a href={linkTo('instance', detail.parent)}>called by {shortKey(detail.parent)}</a>
        )}
        {detail.children.map(({ key, process, elementId }) => (
          <a key={key} href={linkTo('instance', key)}>
            {elementId} has called {process} {shortKey(key)}
          </a>
        ))}
        <span class="space" />
        {isLatest ? null : (
          <span class="past" role="status">
            You look at step {position} of {detail.history.length}.{' '}
            <button type="button" class="plain" onClick={() => show(undefined)}>
              Now
            </button>
          </span>
        )}
        {detail.state === 'ACTIVE' && isLatest ? (
          <button type="button" class="plain acts" onClick={() => setModifying(true)}>
            Modify …
          </button>
        ) : null}
        {detail.state === 'ACTIVE' ? (
          <ActionButton kind="danger" action={() => act('cancel', { instance: detail.key })}>
            Cancel the instance
          </ActionButton>
        ) : null}
      </header>
      {isModifying ? (
        <ModifyDialog detail={detail} folded={folded} selected={selected} onClose={() => setModifying(false)} />
      ) : null}
      {detail.newerVersion === undefined || !isLatest ? null : (
        <NewerVersion
          process={detail.process}
          instance={detail.key}
          version={detail.newerVersion}
          count={1}
          canStart={detail.newerCanStart === true}
        />
      )}
      {file === undefined ? (
        <div class="diagram">{fileError === undefined ? null : <p class="notice">{fileError}</p>}</div>
      ) : (
        <Diagram
          xml={file.xml}
          process={detail.process}
          marks={marks}
          label={`Diagram of ${detail.name}. The path below lists what it shows.`}
          onSelect={(id) =>
            setSelected(id === selected || ownOf(detail.names, id ?? '') === undefined ? undefined : id)
          }
        />
      )}
      <div class="columns">
        <div>
          <PathList detail={detail} position={position} selected={selected} onShow={show} onSelect={setSelected} />
        </div>
        <div>
          {detail.incidentList.length === 0 ? null : <IncidentList detail={detail} />}
          <section aria-label="Waits for">
            <h2>Waits for</h2>
            {detail.waits.length === 0 ? (
              <Empty>{detail.state === 'ACTIVE' ? 'Nothing: it is at work.' : 'Nothing: it has ended.'}</Empty>
            ) : (
              <ul class="waits">
                {detail.waits.map(({ text, elementId, kind }, index) => (
                  <li key={`${index} ${text}`} class={kind}>
                    <button type="button" class="quiet" onClick={() => setSelected(elementId)}>
                      {text}
                    </button>
                  </li>
                ))}
                {detail.moreWaits === 0 ? null : <li class="faint">{detail.moreWaits} more wait at these elements.</li>}
              </ul>
            )}
          </section>
          {detail.hints.length === 0 ? null : <HintList hints={detail.hints} onSelect={setSelected} />}
          <VariableList
            detail={detail}
            folded={folded}
            lastSeq={detail.history[position - 1]?.seq}
            isLatest={isLatest}
          />
          <section aria-label="Jobs">
            <h2>
              Jobs{' '}
              {selected === undefined ? null : (
                <button type="button" class="plain" onClick={() => setSelected(undefined)}>
                  of {ownOf(detail.names, selected) ?? selected} ✕
                </button>
              )}
            </h2>
            <JobList jobs={jobs} />
          </section>
        </div>
      </div>
    </section>
  );
};
