import { useState } from 'preact/hooks';
import type { InstanceDetail } from '../../cli/dev/page/contract.ts';
import { act, useOnce } from '../data.ts';
import type { Folded, Scope } from '../fold.ts';
import { Empty, VariablesDialog } from '../parts/controls.tsx';
import { ownOf } from '../parts/format.ts';
import { cutOf, isShort, jsonText, shortJson } from '../parts/json.ts';

/** A large value, of which the server has sent the beginning. */
const WholeValue = ({ path }: { readonly path: string }) => {
  const { value, error } = useOnce<{ readonly value: unknown }>(path);
  return <pre class="code">{value === undefined ? (error ?? 'Loading …') : jsonText(value.value)}</pre>;
};

/** A value, folded up if it is long. */
export const Value = ({ value }: { readonly value: unknown }) => {
  const [isOpen, setOpen] = useState(false);
  const cut = cutOf(value);
  if (isShort(value, typeof value === 'string' ? 120 : 60)) return <code>{shortJson(value, 120)}</code>;
  if (cut !== undefined && cut.path === undefined) return <code>{shortJson(value, 200)}</code>;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>{shortJson(value, 60)}</code>
      </summary>
      {!isOpen ? null : cut?.path === undefined ? (
        <pre class="code">{jsonText(value)}</pre>
      ) : (
        <WholeValue path={cut.path} />
      )}
    </details>
  );
};

const ScopeRows = ({
  scope,
  name,
  lastSeq,
}: {
  readonly scope: Scope;
  readonly name: string;
  readonly lastSeq: number | undefined;
}) => (
  <tbody>
    <tr class="scope">
      <th scope="rowgroup" colSpan={2}>
        {name}
        {scope.isEnded ? <span class="faint"> ended</span> : null}
      </th>
    </tr>
    {[...scope.variables].map(([variable, { value, previous, changedBy }]) => (
      <tr key={variable} class={changedBy === lastSeq ? 'changed' : ''}>
        <th scope="row">{variable}</th>
        <td>
          <Value value={value} />
          {previous === undefined ? null : <span class="faint before"> before: {shortJson(previous, 40)}</span>}
        </td>
      </tr>
    ))}
  </tbody>
);

const SetVariables = ({ detail, onClose }: { readonly detail: InstanceDetail; readonly onClose: () => void }) => (
  <VariablesDialog
    title="Set variables of the instance"
    button="Set"
    action={(variables) => act('setVariables', { scope: detail.key, variables, local: false })}
    onClose={onClose}
  />
);

/** The variables of an instance at a step, by scope. */
export const VariableList = ({
  detail,
  folded,
  lastSeq,
  isLatest,
}: {
  readonly detail: InstanceDetail;
  readonly folded: Folded;
  readonly lastSeq: number | undefined;
  readonly isLatest: boolean;
}) => {
  const [isSetting, setSetting] = useState(false);
  const scopes = folded.scopes.filter(({ key, isEnded }) => key === detail.key || !isEnded);
  return (
    <section aria-label="Variables">
      <h2>
        Variables
        <span class="space" />
        {isLatest && detail.state === 'ACTIVE' ? (
          <button type="button" class="plain acts" onClick={() => setSetting(true)}>
            Set …
          </button>
        ) : null}
      </h2>
      {scopes.length === 0 ? (
        <Empty>There are none.</Empty>
      ) : (
        <table class="variables">
          {scopes.map((scope) => (
            <ScopeRows
              key={scope.key}
              scope={scope}
              name={
                scope.key === detail.key
                  ? 'The instance'
                  : `Local to ${ownOf(detail.names, scope.elementId) ?? scope.elementId}`
              }
              lastSeq={lastSeq}
            />
          ))}
        </table>
      )}
      {isSetting ? <SetVariables detail={detail} onClose={() => setSetting(false)} /> : null}
    </section>
  );
};
