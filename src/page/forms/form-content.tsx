/** What a form shows: texts, tables and documents. Nothing of it is inserted as HTML, and nothing is loaded from elsewhere. */
import type { FormComponent } from '../../cli/dev/page/contract.ts';
import { jsonText } from '../parts/json.ts';
import { DocumentList } from './documents.tsx';
import { safeAddress } from './markdown.ts';
import { Markdown, SafeHtml } from './rich-text.tsx';

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

/** What would come from elsewhere, which this page does not load. */
const Elsewhere = ({ what, address }: { readonly what: string; readonly address: string }) => {
  const href = safeAddress(address);
  return (
    <p class="faint">
      {what}{' '}
      {href === undefined ? (
        <code>{address}</code>
      ) : (
        <a href={href} target="_blank" rel="noopener noreferrer">
          {href}
        </a>
      )}{' '}
      (the page of dev loads nothing from elsewhere)
    </p>
  );
};

/** A component without a value. */
export const FormContent = ({ component }: { readonly component: FormComponent }) => {
  const { type, text = '', content = '', source = '', alt = '', url = '', label = '', rows = [] } = component;
  switch (type) {
    case 'text':
      return <Markdown text={text} />;
    case 'html':
      return <SafeHtml html={content} />;
    case 'image':
      return source.startsWith('data:image/') ? (
        <img class="form-image" src={source} alt={alt} />
      ) : (
        <Elsewhere what={`Image ${alt}`.trim()} address={source} />
      );
    case 'iframe':
      return <Elsewhere what={`Frame ${label}`.trim()} address={url} />;
    case 'table':
      return <Table component={component} />;
    default:
      return (
        <div class="field">
          <strong>{label === '' ? 'Documents' : label}</strong>
          <DocumentList documents={rows} />
        </div>
      );
  }
};
