import { useEffect, useRef, useState } from 'preact/hooks';
import type { Overview } from '../cli/dev/page/contract.ts';
import { useData } from './data.ts';
import { watchKeys } from './keys.ts';
import { lazy } from './lazy.tsx';
import { type Connection, onConnection, openStream } from './live.ts';
import { ClockText } from './parts/clock.tsx';
import { Empty } from './parts/controls.tsx';
import { counted } from './parts/format.ts';
import { Guard } from './parts/guard.tsx';
import { linkTo, useRoute } from './route.ts';
import { viewOf, views } from './view-list.ts';

const StepBackDialog = lazy(async () => (await import('./views/step-back.tsx')).StepBackDialog);

const KeyHelpDialog = lazy(async () => (await import('./views/key-help.tsx')).KeyHelpDialog);

const railViews = views.filter(({ inRail }) => inRail);

const useConnection = (): Connection => {
  const [state, setState] = useState<Connection>('connecting');
  useEffect(() => onConnection(setState), []);
  return state;
};

/** A new view begins at its top. It takes the focus if the link to it is gone, so that keys and screen readers go on there. */
const useFocusOfView = (place: string): void => {
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    const main = document.getElementById('main');
    main?.scrollTo(0, 0);
    if (document.activeElement === document.body) main?.focus({ preventScroll: true });
  }, [place]);
};

const restartText = 'dev was started anew, and has another address now. Fix: open the address that it has printed.';

const connectionTexts: Readonly<Record<Connection, string>> = {
  connecting: 'connecting …',
  open: 'live',
  lost: 'dev does not answer',
  refused: 'dev was started anew',
};

/** Whether the page hears of what happens, and whether there are connectors that do something. */
const LinkState = ({ connection, hasStopped }: { connection: Connection; hasStopped: boolean }) => {
  const isStill = connection === 'open' && hasStopped;
  return (
    <span class={`link ${isStill || connection === 'refused' ? 'lost' : connection}`} role="status">
      {isStill ? 'the connectors have stopped' : connectionTexts[connection]}
    </span>
  );
};

/** What is shown instead of something that runs. */
const Recording = ({ name, failure }: NonNullable<Overview['recording']>) => (
  <details class="recording" open>
    <summary>
      The recording {name} of a failed test <span class="faint">It cannot be changed.</span>
    </summary>
    <pre class="code">{failure}</pre>
  </details>
);

/** The whole page: the header, the rail with the views, and the view. */
export const App = () => {
  const route = useRoute();
  const { value: overview, error } = useData<Overview>('/state');
  const connection = useConnection();
  const [isSteppingBack, setSteppingBack] = useState(false);
  const [isHelping, setHelping] = useState(false);
  useEffect(() => watchKeys({ views: railViews.map(({ name }) => name), showHelp: () => setHelping(true) }), []);
  const isLoaded = overview !== undefined;
  useEffect(() => {
    if (overview !== undefined) openStream(overview.seq);
    // The stream goes on by itself from then on.
  }, [isLoaded]);
  const known = viewOf(route.view);
  const view = known ?? views[0]!;
  const title = route.id === '' ? view.title : `${view.title} ${route.id}`;
  useEffect(() => {
    document.title = `${title} · camunda-connectors`;
  }, [title]);
  useFocusOfView(`${route.view}/${route.id}`);
  if (overview === undefined) {
    return <p class="notice">{connection === 'refused' ? restartText : (error ?? 'Loading …')}</p>;
  }
  const { counts, recording } = overview;
  const stuck = overview.processes.find(({ incidents }) => incidents > 0);
  const { View } = view;
  return (
    <div class={recording === undefined ? 'app' : 'app recorded'}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <strong class="brand">camunda-connectors {recording === undefined ? 'dev' : 'view'}</strong>
        <span role="status">
          {counts.incidents === 0 ? null : (
            <a class="alarm" href={linkTo('processes', stuck?.key, { show: 'incidents' })}>
              ⚠ {counted(counts.incidents, 'incident')}
            </a>
          )}
        </span>
        <span class="space" />
        <button type="button" class="plain acts" data-key="b" onClick={() => setSteppingBack(true)}>
          Step back …
        </button>
        <button type="button" class="plain" aria-label="Keys" title="Keys" onClick={() => setHelping(true)}>
          ?
        </button>
        <ClockText clock={overview.clock} />
        <LinkState connection={connection} hasStopped={overview.hasStopped === true} />
      </header>
      <nav class="rail" aria-label="Views">
        <ul>
          {railViews.map(({ name, title, count }) => {
            const number = count?.(counts) ?? 0;
            return (
              <li key={name}>
                <a href={linkTo(name)} aria-current={view.rail === name ? 'page' : undefined}>
                  {title}
                  {number === 0 ? null : <span class="number">{number}</span>}
                </a>
              </li>
            );
          })}
        </ul>
      </nav>
      {isSteppingBack ? <StepBackDialog onClose={() => setSteppingBack(false)} /> : null}
      {isHelping ? <KeyHelpDialog onClose={() => setHelping(false)} /> : null}
      <main id="main" tabIndex={-1}>
        {recording === undefined ? null : <Recording {...recording} />}
        {known === undefined ? <Empty>There is no view {route.view}. These are the processes.</Empty> : null}
        <Guard key={`${route.view}/${route.id}`}>
          <View overview={overview} route={route} />
        </Guard>
      </main>
    </div>
  );
};
