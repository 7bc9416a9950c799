/** Documents in forms: those that a variable has, and files that a person adds. */
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { valueAt } from '../../cli/dev/page/contract/form-fields.ts';
import type { FormComponent } from '../../cli/dev/page/contract.ts';
import { isAccepted } from './form-values.ts';

/** The largest file that can be stored, in bytes: as large as a cluster takes. */
const largestFile = 10 * 1024 * 1024;

/** The number of bytes for a person. */
const sizeText = (bytes: number): string => {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};

/** The name of a document, from its reference. */
const nameOf = (document: unknown): string =>
  String(
    valueAt(document, ['metadata', 'fileName']) ??
      valueAt(document, ['name']) ??
      valueAt(document, ['documentId']) ??
      'a document',
  );

const DocumentName = ({ document }: { readonly document: unknown }) => {
  const name = nameOf(document);
  const id = valueAt(document, ['documentId']);
  const size = valueAt(document, ['metadata', 'size']);
  return (
    <>
      {typeof id === 'string' ? (
        <a href={`/documents/${encodeURIComponent(id)}`} download={name}>
          {name}
        </a>
      ) : (
        name
      )}
      {typeof size === 'number' ? <span class="faint"> {sizeText(size)}</span> : null}
    </>
  );
};

/** Documents with links to their content. */
export const DocumentList = ({
  documents,
  action,
}: {
  readonly documents: readonly unknown[];
  /** What can be done with one. */
  readonly action?: (index: number, name: string) => ComponentChildren;
}) =>
  documents.length === 0 ? (
    <p class="faint">none</p>
  ) : (
    <ul class="documents">
      {documents.map((document, index) => (
        <li key={index}>
          <DocumentName document={document} /> {action?.(index, nameOf(document))}
        </li>
      ))}
    </ul>
  );

/** A field for files, which are stored as documents: its value is a list of their references. */
export const FilePicker = ({
  id,
  component,
  documents,
  isFixed,
  marks,
  store,
  onChange,
}: {
  readonly id: string;
  readonly component: FormComponent;
  readonly documents: readonly unknown[];
  readonly isFixed: boolean;
  /** Attributes of the input. */
  readonly marks: object;
  /** Stores a file and returns the reference of the document. */
  readonly store: (file: File) => Promise<unknown>;
  /** Gets the references. */
  readonly onChange: (documents: readonly unknown[]) => void;
}) => {
  const [isStoring, setStoring] = useState(false);
  const [error, setError] = useState<string>();
  const { accept = '', multiple } = component;
  const isMany = multiple === true;
  // One may be removed while others are stored.
  const latest = useRef(documents);
  latest.current = documents;
  const choose = async (input: HTMLInputElement): Promise<void> => {
    const files = [...(input.files ?? [])];
    // The same file can be chosen again, for example after it was removed.
    input.value = '';
    const stored: unknown[] = [];
    setStoring(true);
    setError(undefined);
    try {
      for (const file of files) {
        if (!isAccepted(file, accept)) {
          throw new Error(`${file.name} is not one of ${accept}. Fix: choose a file of such a type.`);
        }
        if (file.size > largestFile) {
          throw new Error(
            `${file.name} has ${sizeText(file.size)}, and a document at most ${sizeText(largestFile)}. Fix: choose a smaller file.`,
          );
        }
        stored.push(await store(file));
      }
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    }
    setStoring(false);
    if (stored.length > 0) onChange(isMany ? [...latest.current, ...stored] : stored);
  };
  return (
    <>
      <input
        id={id}
        type="file"
        accept={accept === '' ? undefined : accept}
        multiple={isMany}
        disabled={isFixed || isStoring}
        {...marks}
        onChange={(event) => void choose(event.currentTarget)}
      />
      <DocumentList
        documents={documents}
        action={(index, name) =>
          isFixed || isStoring ? null : (
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${name}`}
              onClick={() => onChange(documents.filter((_, each) => each !== index))}
            >
              ✕
            </button>
          )
        }
      />
      {isStoring ? <span class="faint">Storing …</span> : null}
      {error === undefined ? null : (
        <span class="error" role="alert">
          {error}
        </span>
      )}
    </>
  );
};
