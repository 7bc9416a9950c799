import type { DecisionRow, Rows } from '../../cli/dev/page/contract.ts';
import { useRows } from '../data.ts';
import { Empty, More, NotShown, OnlyOne, State } from '../parts/controls.tsx';
import { shortKey } from '../parts/format.ts';
import { linkTo, withKey } from '../route.ts';
import type { ViewProps } from '../views/props.ts';
import { Value } from '../views/variables.tsx';
import { DecisionTable } from './decision-table.tsx';

const ValueTable = ({ values }: { readonly values: readonly { readonly name: string; readonly value: unknown }[] }) => (
  <table class="variables">
    <tbody>
      {values.map(({ name, value }, index) => (
        <tr key={`${name} ${index}`}>
          <th scope="row">{name === '' ? `Column ${index + 1}` : name}</th>
          <td>
            <Value value={value} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const DecisionItem = ({ row }: { readonly row: DecisionRow }) => (
  <li>
    <strong>
      <a href={linkTo('decisions', row.key)}>{row.name}</a>
    </strong>{' '}
    <code>{row.decisionId}</code> <span class="faint">version {row.version}</span> <State of={row.state} />
    {row.instance === null ? null : (
      <>
        {' '}
        <a
          href={linkTo('instance', row.instance, { element: row.elementId ?? undefined })}
        >{`${row.process} ${shortKey(row.instance)}`}</a>
      </>
    )}
    {row.failure === null ? null : <pre class="error">{row.failure}</pre>}
    {row.inputs.length === 0 ? null : (
      <>
        <h3>Inputs</h3>
        <ValueTable values={row.inputs} />
      </>
    )}
    {row.matchedRules.map(({ index, outputs }) => (
      <div key={index}>
        <h3>Rule {index} matched</h3>
        <ValueTable values={outputs} />
      </div>
    ))}
    {row.type !== 'DECISION_TABLE' || row.file === null ? null : (
      <DecisionTable file={row.file} decision={row.decisionId} matched={row.matchedRules.map(({ index }) => index)} />
    )}
    {row.type === 'DECISION_TABLE' && row.matchedRules.length === 0 && row.failure === null ? (
      <p class="warning">No rule matched.</p>
    ) : null}
    <h3>Output</h3>
    <Value value={row.output} />
  </li>
);

/** The decisions that were evaluated, with the rules that matched. */
export const DecisionsView = ({ route }: ViewProps) => {
  const { value, error, showMore } = useRows<Rows<DecisionRow>>(withKey('/data/decisions', route), 50);
  if (value === undefined) return <NotShown error={error} all={linkTo('decisions')} />;
  return (
    <section aria-label="Decisions">
      <header class="bar">
        <h1>Decisions</h1>
      </header>
      {route.id === '' ? null : <OnlyOne all={linkTo('decisions')} />}
      {value.rows.length === 0 ? (
        <Empty>No decision has been evaluated yet. A business rule task evaluates one.</Empty>
      ) : null}
      <ul class="cards">
        {value.rows.map((row) => (
          <DecisionItem key={row.key} row={row} />
        ))}
      </ul>
      <More count={value.more} onMore={showMore} />
    </section>
  );
};
