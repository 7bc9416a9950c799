import type { HintRow, ProcessAdvice, WaitRow } from '../../cli/dev/page/contract.ts';
import { counted, shortKey } from '../parts/format.ts';
import { linkTo } from '../route.ts';

const levels: Readonly<Record<HintRow['level'], string>> = { warning: 'Warning', note: 'Note' };

/** How many hints there are about each element. The process itself has no place on the diagram. */
export const hintCounts = (hints: readonly HintRow[], process: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { elementId } of hints) if (elementId !== process) counts.set(elementId, (counts.get(elementId) ?? 0) + 1);
  return counts;
};

/** What would wait in vain, or has no effect, with the elements that it is about. */
export const HintList = ({
  hints,
  onSelect,
}: {
  readonly hints: readonly HintRow[];
  readonly onSelect: (elementId: string) => void;
}) => (
  <section aria-label="Hints">
    <h2>Hints</h2>
    <ul class="hints">
      {hints.map(({ level, elementId, elementName, text }) => (
        <li key={text} class={level}>
          <button type="button" class="quiet" onClick={() => onSelect(elementId)}>
            <strong>
              {levels[level]} · {elementName}
            </strong>{' '}
            {text}
          </button>
        </li>
      ))}
    </ul>
  </section>
);

const Waiting = ({ row, onSelect }: { readonly row: WaitRow; readonly onSelect: (elementId: string) => void }) => (
  <li>
    <button type="button" class="quiet" onClick={() => onSelect(row.elementId)}>
      <strong>{row.elementName}</strong> <span class="faint">{counted(row.count, 'instance')}</span>
    </button>
    <ul>
      {row.examples.map(({ instance, text }) => (
        <li key={instance}>
          <a class="code" href={linkTo('instance', instance)} title={instance}>
            {shortKey(instance)}
          </a>{' '}
          {text}
        </li>
      ))}
    </ul>
  </li>
);

/** The hints about a process, and what its instances wait for while nobody is about to continue them. */
export const AdviceOfProcess = ({
  advice: { hints, waits },
  onSelect,
}: {
  readonly advice: ProcessAdvice;
  readonly onSelect: (elementId: string) => void;
}) => (
  <>
    {hints.length === 0 ? null : <HintList hints={hints} onSelect={onSelect} />}
    {waits.length === 0 ? null : (
      <section aria-label="Why instances wait">
        <h2>Why instances wait</h2>
        <ul class="why">
          {waits.map((row) => (
            <Waiting key={row.elementId} row={row} onSelect={onSelect} />
          ))}
        </ul>
      </section>
    )}
  </>
);
