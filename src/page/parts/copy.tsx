/** A button that copies a text. */
import { useEffect, useState } from 'preact/hooks';
import { ActionButton } from './controls.tsx';

/** Milliseconds for which the button says that it has copied. */
const shown = 2_000;

const copy = async (text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    throw new Error('The browser does not let the page copy. Fix: allow it, or copy from the terminal of dev.');
  }
};

/**
 * Copies a text, and says so.
 *
 * @param label what it copies, e.g. `Copy the command`
 * @param of whose text it is, for screen readers
 * @param text the text, or a function that reads it when the button is pressed: a secret should not be on the page before
 */
export const CopyButton = ({
  label,
  of,
  text,
}: {
  readonly label: string;
  readonly of: string;
  readonly text: string | (() => Promise<string>);
}) => {
  const [copied, setCopied] = useState(0);
  useEffect(() => {
    if (copied === 0) return undefined;
    const timer = setTimeout(() => setCopied(0), shown);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <ActionButton
        action={async () => {
          await copy(typeof text === 'string' ? text : await text());
          setCopied((count) => count + 1);
        }}
      >
        {label}
        <span class="hidden"> of {of}</span>
      </ActionButton>
      <span class="faint" role="status">
        {copied === 0 ? '' : 'Copied.'}
      </span>
    </>
  );
};
