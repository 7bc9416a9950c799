import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { InstanceDetail, Step } from '../../cli/dev/page/contract.ts';
import { counted, dayText, ownOf, timeText } from '../parts/format.ts';
import { shortJson } from '../parts/json.ts';

/** Events that say nothing to somebody who follows an instance, since another line says the same. */
const quiet = new Set([
  ...['flow:taken', 'job:activatable', 'variable:created', 'variable:updated', 'subscription:closed'],
  ...['timer:cancelled', 'log:debug'],
]);

const words: Readonly<Record<string, string>> = {
  'element:activated': 'entered',
  'element:completed': 'completed',
  'element:terminated': 'terminated',
  'instance:created': 'started',
  'instance:completed': 'completed',
  'instance:terminated': 'terminated',
  'job:activated': 'a worker has the job',
  'job:completed': 'the job is completed',
  'job:cancelled': 'the job was cancelled',
  'incident:resolved': 'the incident is resolved',
  'userTask:created': 'waits for a person',
  'userTask:completed': 'completed by a person',
};

const icons: Readonly<Record<string, string>> = {
  'element:activated': '●',
  'element:completed': '✓',
  'element:terminated': '✕',
  'instance:created': '▶',
  'instance:completed': '■',
  'instance:terminated': '✕',
  'job:activated': '⚙',
  'job:completed': '✓',
  'job:failed': '!',
  'job:errorThrown': '↯',
  'incident:created': '⚠',
  'message:correlated': '✉',
  'subscription:opened': '…',
  'timer:scheduled': '◷',
  'timer:triggered': '◷',
};

const iconOf = (kind: string): string => icons[kind] ?? (kind.startsWith('log:') ? '›' : '·');

/** What a line says after the name of the element. The text of the server begins with the id of the element. */
const wordsOf = ({ kind, text, elementId, variables }: Step): string => {
  const said = words[kind];
  const values =
    variables === undefined || Object.keys(variables).length === 0 || kind === 'instance:created'
      ? ''
      : ` ${kind === 'job:activated' ? 'with' : '→'} ${shortJson(variables)}`;
  if (said !== undefined) return `${said}${values}`;
  const rest = elementId !== undefined && text.startsWith(elementId) ? text.slice(elementId.length) : text;
  return rest.replace(/^:?\s+/, '');
};

/** Whether a completed element is said by a line already: by its job, or because it passes at once. */
const isRepeated = ({ kind, elementId, at }: Step, before: Step | undefined): boolean =>
  kind === 'element:completed' && before !== undefined && before.elementId === elementId && before.at === at;

/** Whether a line is of another day than the one before; the first one, than today. */
const isNewDay = ({ at }: Step, before: Step | undefined): boolean => dayText(at) !== dayText(before?.at ?? Date.now());

/** The steps that are listed, each with its position in the history. */
const listed = (history: readonly Step[], isWhole: boolean, instance: string): readonly (readonly [number, Step])[] => {
  const lines: (readonly [number, Step])[] = [];
  for (const [index, step] of history.entries()) {
    if (!isWhole) {
      if (quiet.has(step.kind) || (step.element === instance && step.kind.startsWith('element:'))) continue;
      if (isRepeated(step, lines.at(-1)?.[1])) continue;
    }
    lines.push([index + 1, step]);
  }
  return lines;
};

/**
 * What has happened in an instance, one line for each step. A click shows the instance as it was then; so do `[` and `]`, which
 * go back and forth.
 */
export const PathList = ({
  detail,
  position,
  selected,
  onShow,
  onSelect,
}: {
  readonly detail: InstanceDetail;
  readonly position: number;
  readonly selected: string | undefined;
  readonly onShow: (seq: number | undefined) => void;
  readonly onSelect: (elementId: string | undefined) => void;
}) => {
  const [isWhole, setWhole] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const lines = useMemo(() => listed(detail.history, isWhole, detail.key), [detail, isWhole]);
  const isLatest = position === detail.history.length;
  let current = lines.length - 1;
  while (current > 0 && lines[current]![0] > position) current -= 1;
  const showLine = (index: number): void => {
    const line = lines[Math.max(0, index)];
    onShow(line === undefined || index >= lines.length - 1 ? undefined : line[1].seq);
  };
  useEffect(() => {
    const move = (event: Event): void => showLine(current + ((event as CustomEvent<number>).detail ?? 0));
    addEventListener('step-in-path', move);
    return () => removeEventListener('step-in-path', move);
  });
  const currentSeq = lines[current]?.[1].seq;
  useEffect(() => {
    const [around, line] = [list.current, list.current?.querySelector<HTMLElement>('[aria-current]')];
    if (around === null || line == null) return;
    // Only the list moves, not the page.
    const top = line.offsetTop - around.offsetTop;
    if (top < around.scrollTop) around.scrollTop = top;
    const below = top + line.offsetHeight - around.clientHeight;
    if (below > around.scrollTop) around.scrollTop = below;
  }, [currentSeq]);
  return (
    <section class="path-view" aria-label="Path">
      <h2>
        Path
        <span class="space" />
        <label class="check">
          <input type="checkbox" checked={isWhole} onChange={(event) => setWhole(event.currentTarget.checked)} />
          every event
        </label>
      </h2>
      <input
        type="range"
        aria-label="Step"
        min={0}
        max={Math.max(0, lines.length - 1)}
        value={current}
        onInput={(event) => showLine(event.currentTarget.valueAsNumber)}
      />
      {detail.isCut ? (
        <p class="faint">
          {detail.isCounted === true
            ? 'The path is not kept: this instance ended without trouble while very many ran, and was only counted.'
            : 'The beginning is not kept.'}
        </p>
      ) : null}
      {detail.lostLines === 0 ? null : (
        <p class="faint">{counted(detail.lostLines, 'older log line')} left out. The terminal has shown them.</p>
      )}
      <ol class="path" ref={list}>
        {lines.map(([index, step], line) => (
          <li key={step.seq} class={step.kind.replace(':', '-')}>
            {isNewDay(step, lines[line - 1]?.[1]) ? <p class="day">{dayText(step.at)}</p> : null}
            <button
              type="button"
              class={selected !== undefined && step.elementId === selected ? 'quiet of-selected' : 'quiet'}
              aria-current={line === current ? 'step' : undefined}
              data-future={index > position ? '' : undefined}
              onClick={() => {
                onSelect(
                  step.elementId === selected ||
                    step.elementId === undefined ||
                    ownOf(detail.names, step.elementId) === undefined
                    ? undefined
                    : step.elementId,
                );
                showLine(line);
              }}
            >
              <time class="code">{timeText(step.at)}</time>
              <span class="icon" aria-hidden="true">
                {iconOf(step.kind)}
              </span>
              <span class="text">
                {step.elementId === undefined ? null : (
                  <strong>{ownOf(detail.names, step.elementId) ?? step.elementId}</strong>
                )}{' '}
                {wordsOf(step)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {isLatest ? null : <p class="faint">Later steps are grey. The diagram and the variables show the chosen step.</p>}
    </section>
  );
};
