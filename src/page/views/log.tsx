import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Step } from '../../cli/dev/page/contract.ts';
import { read } from '../data.ts';
import { onSteps } from '../live.ts';
import { ActionButton, Empty } from '../parts/controls.tsx';
import { dayText, shortKey, timeText } from '../parts/format.ts';
import { linkTo, setParameter } from '../route.ts';
import type { ViewProps } from './props.ts';

/** How many lines are kept. */
const maxLines = 2_000;

/** How many lines are drawn. */
const maxShown = 300;

const noisy = new Set(['flow:taken', 'job:activatable']);

const matches = ({ text, instance, elementId, kind, process }: Step, filter: string): boolean =>
  [text, instance, elementId, kind, process].some((part) => part?.toLowerCase().includes(filter) === true);

/** The latest lines, which go on while the view is open. */
const useLines = (isPaused: boolean): readonly Step[] => {
  const [lines, setLines] = useState<readonly Step[]>([]);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  useEffect(() => {
    let isOpen = true;
    const load = (): void => {
      read<readonly Step[]>('/data/log').then(
        (loaded) => isOpen && setLines(loaded),
        () => {},
      );
    };
    load();
    const leave = onSteps((event) => {
      if (paused.current) return;
      if (event.kind === 'reset' || event.batch.skipped > 0) load();
      else {
        setLines((before) => {
          const last = before.at(-1)?.seq ?? 0;
          return [...before, ...event.batch.steps.filter(({ seq }) => seq > last)].slice(-maxLines);
        });
      }
    });
    return () => {
      isOpen = false;
      leave();
    };
  }, []);
  return lines;
};

/** Everything that has happened, newest first. */
export const LogView = ({ route }: ViewProps) => {
  const filter = route.parameters.get('filter') ?? '';
  const [isPaused, setPaused] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const lines = useLines(isPaused);
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return lines
      .filter((line) => (isWhole || !noisy.has(line.kind)) && (wanted === '' || matches(line, wanted)))
      .slice(-maxShown)
      .reverse();
  }, [lines, filter, isWhole]);
  return (
    <section class="log-view" aria-label="Log">
      <header class="bar">
        <h1>Log</h1>
        <span class="space" />
        <input
          type="search"
          placeholder="Filter: text, element, instance …"
          aria-label="Filter"
          value={filter}
          data-key="/"
          onInput={(event) => setParameter('filter', event.currentTarget.value)}
        />
        <label class="check">
          <input type="checkbox" checked={isWhole} onChange={(event) => setWhole(event.currentTarget.checked)} />
          every event
        </label>
        <button type="button" class="plain" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </button>
        <ActionButton action={() => navigator.clipboard.writeText(JSON.stringify([...shown].reverse(), undefined, 2))}>
          Copy as JSON
        </ActionButton>
      </header>
      {shown.length === 0 ? (
        <Empty>{lines.length === 0 ? 'Nothing has happened yet.' : 'Nothing fits the filter.'}</Empty>
      ) : null}
      <div class="log" role="log" aria-label="Events" aria-live={isPaused ? 'off' : 'polite'} aria-relevant="additions">
        {shown.map(({ seq, at, kind, text, instance }, index) => (
          <div key={seq} class={`line ${kind.replace(':', '-')}`}>
            {dayText(at) === dayText(shown[index - 1]?.at ?? Date.now()) ? null : <p class="day">{dayText(at)}</p>}
            <time class="code">{timeText(at)}</time>
            {instance === undefined ? (
              <span class="faint code" />
            ) : (
              <a class="code" href={linkTo('instance', instance)} title={instance}>
                {shortKey(instance)}
              </a>
            )}
            <span class="text">{text}</span>
          </div>
        ))}
      </div>
    </section>
  );
};
