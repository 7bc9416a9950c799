import { useState } from 'preact/hooks';
import { useOnce } from '../data.ts';

/** A decision table, as its file has it. */
interface Table {
  readonly hitPolicy: string;
  readonly inputs: readonly { readonly label: string; readonly expression: string }[];
  readonly outputs: readonly string[];
  readonly rules: readonly {
    readonly tests: readonly string[];
    readonly results: readonly string[];
    readonly note: string;
  }[];
}

const childrenOf = (element: Element, name: string): readonly Element[] =>
  [...element.children].filter(({ localName }) => localName === name);

const textOf = (element: Element | undefined): string =>
  (element === undefined ? undefined : childrenOf(element, 'text')[0])?.textContent?.trim() ?? '';

/** The table of a decision or a business knowledge model of a DMN file; `undefined` if it has none. */
const readTable = (xml: string, decisionId: string): Table | undefined => {
  const root = new DOMParser().parseFromString(xml, 'application/xml');
  const decision = [...root.getElementsByTagName('*')].find(
    ({ localName, id }) => id === decisionId && (localName === 'decision' || localName === 'businessKnowledgeModel'),
  );
  const table = decision?.getElementsByTagNameNS('*', 'decisionTable')[0];
  if (table === undefined) return undefined;
  const aggregation = table.getAttribute('aggregation');
  return {
    hitPolicy: `${table.getAttribute('hitPolicy') ?? 'UNIQUE'}${aggregation === null ? '' : ` ${aggregation}`}`,
    inputs: childrenOf(table, 'input').map((input) => ({
      label: input.getAttribute('label') ?? '',
      expression: textOf(childrenOf(input, 'inputExpression')[0]),
    })),
    outputs: childrenOf(table, 'output').map(
      (output) => output.getAttribute('label') ?? output.getAttribute('name') ?? '',
    ),
    rules: childrenOf(table, 'rule').map((rule) => ({
      tests: childrenOf(rule, 'inputEntry').map(textOf),
      results: childrenOf(rule, 'outputEntry').map(textOf),
      note: childrenOf(rule, 'annotationEntry').map(textOf).join(' ') || textOf(childrenOf(rule, 'description')[0]),
    })),
  };
};

const Cells = ({ texts, none }: { readonly texts: readonly string[]; readonly none: string }) => (
  <>
    {texts.map((text, index) => (
      <td key={`${index} ${text}`} class="code">
        {text === '' ? none : text}
      </td>
    ))}
  </>
);

const Rules = ({ table, matched }: { readonly table: Table; readonly matched: readonly number[] }) => (
  <div class="scroll">
    <table class="rules">
      <caption>Hit policy {table.hitPolicy}</caption>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          {table.inputs.map(({ label, expression }) => (
            <th scope="col" key={`${label} ${expression}`}>
              {label} <code>{expression}</code>
            </th>
          ))}
          {table.outputs.map((name) => (
            <th scope="col" key={name}>
              {name === '' ? 'Output' : name}
            </th>
          ))}
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody>
        {table.rules.map(({ tests, results, note }, index) => {
          const isMatched = matched.includes(index + 1);
          return (
            <tr key={`${index} ${tests.join(' ')}`} class={isMatched ? 'matched' : undefined}>
              <th scope="row">
                {index + 1}
                {isMatched ? ' ✓ matched' : ''}
              </th>
              <Cells texts={tests} none="–" />
              <Cells texts={results} none="" />
              <td>{note}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </div>
);

const Loaded = ({
  file,
  decision,
  matched,
}: {
  readonly file: string;
  readonly decision: string;
  readonly matched: readonly number[];
}) => {
  const { value, error } = useOnce<{ readonly xml: string }>(`/data/file?key=${encodeURIComponent(file)}`);
  if (value === undefined) return <p class="notice">{error ?? 'Loading …'}</p>;
  const table = readTable(value.xml, decision);
  return table === undefined ? (
    <p class="notice">The file has no table for it.</p>
  ) : (
    <Rules table={table} matched={matched} />
  );
};

/** The whole table of a decision, with the rules that matched. It is read when it is opened. */
export const DecisionTable = (props: {
  /** The key of the DMN file. */
  readonly file: string;
  readonly decision: string;
  /** The positions of the rules, from 1 on. */
  readonly matched: readonly number[];
}) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="all-rules" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All rules</summary>
      {isOpen ? <Loaded {...props} /> : null}
    </details>
  );
};
