/** What a form shows: texts, tables and files. Nothing of it is drawn as HTML, and nothing is loaded from elsewhere. */
import type { FormComponent } from '../../cli/dev/page/contract.ts';
import { jsonText } from '../parts/format.ts';

/** The text of HTML. The parser loads and runs nothing. */
const textOfHtml = (html: string): string =>
  new DOMParser().parseFromString(html, 'text/html').body.textContent?.trim() ?? '';

const cellText = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : jsonText(value);

const Table = ({ component: { label, columns = [], rows = [] } }: { readonly component: FormComponent }) => (
  <div class="field">
    <table>
      {label === undefined || label === '' ? null : <caption>{label}</caption>}
      <thead>
        <tr>
          {columns.map(({ key, label: title }) => (
            <th key={key} scope="col">
              {title ?? key}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 ? (
          <tr>
            <td class="faint" colSpan={Math.max(1, columns.length)}>
              There are no rows.
            </td>
          </tr>
        ) : null}
        {rows.map((row, index) => (
          <tr key={index}>
            {columns.map(({ key }) => (
              <td key={key}>{cellText(row[key])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** The name of a document, from its reference. */
const documentName = (document: Readonly<Record<string, unknown>>): string => {
  const metadata = document.metadata as { readonly fileName?: unknown } | undefined;
  return String(metadata?.fileName ?? document.documentId ?? 'a document');
};

/** A component without a value. */
export const FormContent = ({ component }: { readonly component: FormComponent }) => {
  const { type, text = '', content = '', source = '', alt = '', url = '', label = '', rows = [] } = component;
  switch (type) {
    case 'text':
      return <p class="form-text">{text}</p>;
    case 'html':
      return <p class="form-text">{textOfHtml(content)}</p>;
    case 'image':
      return source.startsWith('data:image/') ? (
        <img class="form-image" src={source} alt={alt} />
      ) : (
        <p class="faint">
          Image {alt} <code>{source}</code>
        </p>
      );
    case 'iframe':
      return (
        <p class="faint">
          Frame {label} <code>{url}</code>
        </p>
      );
    case 'table':
      return <Table component={component} />;
    default:
      return (
        <p class="faint">
          {label === '' ? 'Documents' : label}: {rows.length === 0 ? 'none' : rows.map(documentName).join(', ')}
        </p>
      );
  }
};
