import { useEffect, useState } from 'preact/hooks';
import { act, read } from '../data.ts';
import { ActionButton, Dialog, JsonField, objectProblem, readObject, TextField } from './controls.tsx';
import { remember, remembered } from './memory.ts';

/** What the dialog begins with. */
export interface Draft {
  readonly name: string;
  readonly correlationKey: string;
}

/** Variables that fit a message, as the server makes them. */
interface Example {
  readonly variables: object;
  readonly notes: readonly string[];
  readonly from?: string;
}

const hour = 3_600;

const exampleOf = (name: string): Promise<Example> => read(`/data/message-example?name=${encodeURIComponent(name)}`);

const layOut = (variables: object): string =>
  Object.keys(variables).length === 0 ? '{}' : JSON.stringify(variables, undefined, 2);

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
  /** What somebody has typed, which no example must replace. */
  const [typed, setTyped] = useState<string>();
  const [example, setExample] = useState<Example>();
  const before = remembered(`publish ${name}`);
  const text = typed ?? before ?? layOut(example?.variables ?? {});
  const isShown = example?.from !== undefined && text === layOut(example.variables);
  const isKnown = name === draft.name || names.includes(name);
  useEffect(() => {
    let isWanted = true;
    setExample(undefined);
    if (name !== '' && isKnown) {
      exampleOf(name)
        .then((found) => (isWanted ? setExample(found) : undefined))
        .catch(() => {});
    }
    return () => {
      isWanted = false;
    };
  }, [name, isKnown]);
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
      <JsonField label="Variables (JSON)" value={text} onInput={setTyped} />
      {isShown ? (
        <ul class="faint">
          <li>An example, made from {example.from}.</li>
          {example.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
      <footer>
        {example?.from === undefined ? null : (
          <ActionButton action={async () => setTyped(layOut(example.variables))} title={`Made from ${example.from}`}>
            Example
          </ActionButton>
        )}
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
