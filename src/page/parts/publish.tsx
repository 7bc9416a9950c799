import { useEffect, useState } from 'preact/hooks';
import { act, read } from '../data.ts';
import { ActionButton, Dialog, JsonField, objectProblem, readObject, TextField } from './controls.tsx';
import { remember, remembered } from './memory.ts';

/** What the dialog begins with. */
export interface Draft {
  readonly name: string;
  readonly correlationKey: string;
  /** The address of example variables, for a message that starts a process. */
  readonly example?: string;
}

const hour = 3_600;

/** The dialog that publishes a message, with the variables of the last time or with examples. */
export const PublishDialog = ({
  draft,
  names,
  onClose,
}: {
  readonly draft: Draft;
  readonly names: readonly string[];
  readonly onClose: () => void;
}) => {
  const [name, setName] = useState(draft.name);
  const [correlationKey, setKey] = useState(draft.correlationKey);
  const [seconds, setSeconds] = useState(String(hour));
  const memory = `publish ${draft.name}`;
  const [text, setText] = useState(remembered(memory) ?? '{}');
  const { example } = draft;
  useEffect(() => {
    if (example === undefined || remembered(memory) !== undefined) return;
    // The example must not replace what somebody types meanwhile.
    read<{ readonly variables: object }>(example)
      .then(({ variables }) => setText((now) => (now === '{}' ? JSON.stringify(variables, undefined, 2) : now)))
      .catch(() => {});
  }, [memory, example]);
  const isTime = /^\d+$/.test(seconds.trim());
  const publish = async (): Promise<void> => {
    const variables = readObject(text) as never;
    await act('publish', { name, correlationKey, timeToLive: Number(seconds) * 1_000, variables });
    remember(`publish ${name}`, text);
    onClose();
  };
  return (
    <Dialog title="Publish a message" onClose={onClose}>
      <TextField label="Name" value={name} onInput={setName} list={names} />
      <TextField label="Correlation key" value={correlationKey} onInput={setKey} />
      <TextField label="Time to live, in seconds" value={seconds} onInput={setSeconds} />
      <JsonField label="Variables (JSON)" value={text} onInput={setText} />
      <footer>
        <span class="space" />
        <ActionButton
          kind="main"
          disabled={name === '' || !isTime || objectProblem(text) !== undefined}
          action={publish}
        >
          Publish
        </ActionButton>
      </footer>
    </Dialog>
  );
};
