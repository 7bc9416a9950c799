/** Buttons, dialogs and fields. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Actions } from '../../cli/dev/page/contract.ts';
import { readJson } from './json.ts';

/** Variables as actions take them. */
type Variables = Actions['setVariables']['variables'];

/** A button whose action may fail: it says why, and cannot be pressed while it works. */
export const ActionButton = ({
  action,
  children,
  kind = 'plain',
  title,
  disabled = false,
}: {
  readonly action: () => Promise<unknown> | unknown;
  readonly children: ComponentChildren;
  readonly kind?: 'plain' | 'main' | 'danger';
  readonly title?: string;
  readonly disabled?: boolean;
}) => {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const press = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await action();
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class={`${kind} acts`}
        title={title}
        disabled={isBusy || disabled}
        onClick={() => void press()}
      >
        {children}
      </button>
      {error === undefined ? null : (
        <span class="error" role="alert">
          {error}
        </span>
      )}
    </>
  );
};

/** A dialog over the page. It opens when it is shown, and takes the focus. */
export const Dialog = ({
  title,
  children,
  onClose,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    shown?.querySelector<HTMLElement>('textarea, input, select')?.focus();
    // The browser gives the focus back only when a dialog is closed, not when it is removed.
    return () => {
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <div class="sheet">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="quiet" aria-label="Close" onClick={() => dialog.current?.close()}>
            ✕
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
};

/** Reads JSON that must be an object. */
export const readObject = (text: string): Readonly<Record<string, unknown>> => {
  const value: unknown = text.trim() === '' ? {} : readJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('The variables must be a JSON object, e.g. { "id": 7 }.');
  }
  return value as Readonly<Record<string, unknown>>;
};

/** The reason why a text is not a JSON object; `undefined` if it is one. */
export const objectProblem = (text: string): string | undefined => {
  try {
    readObject(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** A field for a JSON object. */
export const JsonField = ({
  label,
  value,
  onInput,
  rows = 6,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly rows?: number;
}) => {
  const id = useId();
  const problem = objectProblem(value);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="code"
        rows={rows}
        spellcheck={false}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span class="error" id={`${id}-problem`}>
        {problem ?? ''}
      </span>
    </div>
  );
};

/** A dialog for variables, and what to do with them. It closes when that is done. */
export const VariablesDialog = ({
  title,
  note,
  button,
  action,
  onClose,
}: {
  readonly title: string;
  readonly note?: string;
  readonly button: string;
  readonly action: (variables: Variables) => Promise<unknown>;
  readonly onClose: () => void;
}) => {
  const [text, setText] = useState('{}');
  return (
    <Dialog title={title} onClose={onClose}>
      {note === undefined ? null : <p class="faint">{note}</p>}
      <JsonField label="Variables (JSON)" value={text} onInput={setText} />
      <footer>
        <span class="space" />
        <ActionButton
          kind="main"
          disabled={objectProblem(text) !== undefined}
          action={async () => {
            await action(readObject(text) as Variables);
            onClose();
          }}
        >
          {button}
        </ActionButton>
      </footer>
    </Dialog>
  );
};

/** A field for one line of text. */
export const TextField = ({
  label,
  value,
  onInput,
  list,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly list?: readonly string[];
}) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        value={value}
        list={list === undefined ? undefined : `${id}-list`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {list === undefined ? null : (
        <datalist id={`${id}-list`}>
          {list.map((item) => (
            <option key={item} value={item} />
          ))}
        </datalist>
      )}
    </div>
  );
};

/** Shows more rows of a list that has more. */
export const More = ({ count, onMore }: { readonly count: number; readonly onMore: () => void }) =>
  count <= 0 ? null : (
    <button type="button" class="plain" onClick={onMore}>
      {count} more
    </button>
  );

/** Instead of a list that is not there yet, or of which the address names something that is gone. */
export const NotShown = ({ error, all }: { readonly error: string | undefined; readonly all: string }) =>
  error === undefined ? (
    <p class="notice">Loading …</p>
  ) : (
    <Empty>
      {error} <a href={all}>Show all</a>
    </Empty>
  );

/** Says that a list has only what its address names. */
export const OnlyOne = ({ all }: { readonly all: string }) => (
  <p class="faint">
    Only the one that the address names. <a href={all}>Show all</a>
  </p>
);

/** A text that says that there is nothing, and what to do about it. */
export const Empty = ({ children }: { readonly children: ComponentChildren }) => <p class="empty">{children}</p>;

/** A small mark with a word: a state is never shown by its colour alone. */
export const State = ({ of }: { readonly of: string }) => (
  <span class={`state ${of.toLowerCase()}`}>{of.toLowerCase().replaceAll('_', ' ')}</span>
);
