import { useState } from 'preact/hooks';
import type {
  AddressRow,
  AddressSecret,
  CallRow,
  Inbound,
  ResentCall,
  WebhookRow,
} from '../../cli/dev/page/contract.ts';
import { act, read, useData } from '../data.ts';
import { ActionButton, Empty } from '../parts/controls.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { counted, lengthText, shortKey, timeText } from '../parts/format.ts';
import { linkTo } from '../route.ts';

const WebhookItem = ({ row }: { readonly row: WebhookRow }) => {
  const { name, method, address, authentication, command } = row;
  return (
    <li>
      <strong>{name}</strong>{' '}
      <code>
        {method} {address}
      </code>{' '}
      <span class="faint">{authentication}</span>
      {command === undefined ? (
        <p class="faint">Only its sender can sign a request.</p>
      ) : (
        <>
          {command.needs === '' ? null : <p class="faint">A shell in which {command.needs} is set can call it:</p>}
          <pre class="code">{command.text}</pre>
          {command.examples === '' ? null : <p class="faint">{command.examples}</p>}
        </>
      )}
      <p class="actions">
        {command === undefined ? null : <CopyButton label="Copy the command" of={name} text={command.text} />}
        <CopyButton label="Copy the address" of={name} text={address} />
      </p>
    </li>
  );
};

/** The address is read only when it is copied: it is a secret, which should not be in a picture of the page. */
const readSecret = (id: string): Promise<AddressSecret> => read(`/data/address?id=${encodeURIComponent(id)}`);

const AddressItem = ({ row, now }: { readonly row: AddressRow; readonly now: number }) => {
  const { id, connector, correlationKey, process, instance, variable, expiresAt } = row;
  const of = `${connector}, key ${correlationKey}`;
  return (
    <li>
      <strong>{connector}</strong> key <code>{correlationKey}</code> <code>/callbacks/…</code>
      <p class="faint">
        <a href={linkTo('instance', instance)}>{`${process} ${shortKey(instance)}`}</a> has it in the variable{' '}
        {variable}. It is valid for another {lengthText(expiresAt - now)}.
      </p>
      <p class="actions">
        <CopyButton label="Copy the command" of={of} text={async () => (await readSecret(id)).command} />
        <CopyButton label="Copy the address" of={of} text={async () => (await readSecret(id)).address} />
      </p>
    </li>
  );
};

const CallItem = ({ row, onResent }: { readonly row: CallRow; readonly onResent: (text: string) => void }) => {
  const { number, at, method, route, connector, status, result, isProblem, reason, took, isRepeatable } = row;
  return (
    <tr>
      <td class="figure">{number}</td>
      <td class="figure">{timeText(at)}</td>
      <td>
        <code>
          {method} {route}
        </code>{' '}
        <span class="faint">{connector}</span>
      </td>
      <td class="figure">{status ?? 'closed'}</td>
      <td>
        <span class={isProblem ? 'error' : undefined}>{result}</span>
        {reason === undefined ? null : <p class="faint">{reason}</p>}
      </td>
      <td class="figure">{lengthText(took)}</td>
      <td>
        {isRepeatable ? (
          <ActionButton action={async () => onResent((await act<'resend', ResentCall>('resend', { number })).text)}>
            Send again<span class="hidden"> the call {number}</span>
          </ActionButton>
        ) : (
          <span class="faint">was not received</span>
        )}
      </td>
    </tr>
  );
};

const CallTable = ({
  calls,
  onResent,
}: {
  readonly calls: readonly CallRow[];
  readonly onResent: (text: string) => void;
}) => (
  <table>
    <thead>
      <tr>
        <th scope="col">No.</th>
        <th scope="col">Time</th>
        <th scope="col">Call</th>
        <th scope="col">Status</th>
        <th scope="col">What it did</th>
        <th scope="col">Took</th>
        <th scope="col">
          <span class="hidden">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {calls.map((row) => (
        <CallItem key={row.number} row={row} onResent={onResent} />
      ))}
    </tbody>
  </table>
);

/** The webhooks and the addresses of callbacks that wait, each with a command that calls it, and the last calls. */
export const WebhooksView = () => {
  const { value, error } = useData<Inbound>('/data/webhooks');
  const [resent, setResent] = useState('');
  if (value === undefined) return <p class="notice">{error ?? 'Loading …'}</p>;
  const { now, webhooks, addresses, moreAddresses, calls } = value;
  return (
    <section aria-label="Webhooks">
      <header class="bar">
        <h1>Webhooks</h1>
        <span class="faint" role="status">
          {resent}
        </span>
        <span class="space" />
        <span data-key="r">
          <ActionButton
            kind="main"
            disabled={!calls.some(({ isRepeatable }) => isRepeatable)}
            action={async () => setResent((await act<'resend', ResentCall>('resend', {})).text)}
            title="Signed anew, to the connectors that are loaded now"
          >
            Send the last call again
          </ActionButton>
        </span>
      </header>
      <div class="halves">
        <section aria-label="Endpoints">
          <h2>Endpoints</h2>
          {webhooks.length === 0 ? <Empty>No webhook is loaded.</Empty> : null}
          <ul class="cards">
            {webhooks.map((row) => (
              <WebhookItem key={row.name} row={row} />
            ))}
          </ul>
        </section>
        <section aria-label="Callbacks that wait">
          <h2>Callbacks that wait</h2>
          {addresses.length === 0 ? <Empty>No address of a callback waits for a call.</Empty> : null}
          <ul class="cards">
            {addresses.map((row) => (
              <AddressItem key={row.id} row={row} now={now} />
            ))}
          </ul>
          {moreAddresses === 0 ? null : (
            <p class="faint">{counted(moreAddresses, 'more address', 'more addresses')}.</p>
          )}
        </section>
      </div>
      <section aria-label="Last calls">
        <h2>Last calls</h2>
        {calls.length === 0 ? (
          <Empty>Nothing has been called. Copy a command to a terminal to call a webhook or a callback.</Empty>
        ) : (
          <CallTable calls={calls} onResent={setResent} />
        )}
      </section>
    </section>
  );
};
