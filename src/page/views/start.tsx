import { useEffect, useState } from 'preact/hooks';
import type { ProcessSummary } from '../../cli/dev/page/contract.ts';
import { act, read } from '../data.ts';
import { ActionButton, Dialog, JsonField, objectProblem, readObject } from '../parts/controls.tsx';
import { remember, remembered } from '../parts/memory.ts';
import { go, linkTo } from '../route.ts';

/** The dialog that starts an instance, with the variables of the last time or with examples. */
export const StartDialog = ({
  process,
  onClose,
}: {
  readonly process: ProcessSummary;
  readonly onClose: () => void;
}) => {
  const memory = `start ${process.id}`;
  /** Undefined until the example has arrived, which must not replace what somebody types. */
  const [text, setText] = useState(remembered(memory));
  const [notes, setNotes] = useState<readonly string[]>([]);
  const showExample = async (): Promise<void> => {
    const example = await read<{ readonly variables: object; readonly notes: readonly string[] }>(
      `/data/example?key=${process.key}`,
    );
    setText(JSON.stringify(example.variables, undefined, 2));
    setNotes(example.notes);
  };
  useEffect(() => {
    if (remembered(memory) === undefined) showExample().catch(() => setText('{}'));
  }, [memory]);
  const start = async (): Promise<void> => {
    const { processInstanceKey } = await act<'start', { readonly processInstanceKey: string }>('start', {
      processId: process.id,
      version: process.version,
      variables: readObject(text ?? '') as never,
    });
    remember(memory, text ?? '');
    onClose();
    go(linkTo('instance', processInstanceKey));
  };
  if (text === undefined) {
    return (
      <Dialog title={`Start ${process.name}`} onClose={onClose}>
        <p class="notice">Loading …</p>
      </Dialog>
    );
  }
  return (
    <Dialog title={`Start ${process.name}`} onClose={onClose}>
      <JsonField label="Variables (JSON)" value={text} onInput={setText} rows={10} />
      {notes.length === 0 ? null : (
        <ul class="faint">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <footer>
        <ActionButton action={showExample} title="Made from the schemas of the connectors that the process uses">
          Example
        </ActionButton>
        <span class="space" />
        <ActionButton action={start} kind="main" disabled={objectProblem(text) !== undefined}>
          Start
        </ActionButton>
      </footer>
    </Dialog>
  );
};
