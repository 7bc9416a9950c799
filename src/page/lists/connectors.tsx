import { useState } from 'preact/hooks';
import type { ConnectorRow, InstanceDetail } from '../../cli/dev/page/contract.ts';
import { act, useData } from '../data.ts';
import { ActionButton, Empty, JsonField, objectProblem, readObject } from '../parts/controls.tsx';
import { remember, remembered } from '../parts/memory.ts';
import { linkTo, type Route } from '../route.ts';
import { JobList } from '../views/job-list.tsx';
import { type FormSchema, SchemaForm } from './schema-form.tsx';

const kinds: Readonly<Record<ConnectorRow['kind'], string>> = {
  outbound: 'outbound connector',
  inbound: 'inbound connector',
  webhook: 'webhook',
};

/** What has come of a trial: the job with its input, result, log lines and error. */
const Outcome = ({ instance }: { readonly instance: string }) => {
  const { value } = useData<InstanceDetail>(`/data/instance?key=${instance}`);
  if (value === undefined) return null;
  return (
    <section aria-label="Result">
      <h2>
        Result
        <span class="space" />
        <a href={linkTo('instance', instance)}>Show the instance</a>
      </h2>
      <JobList jobs={value.jobs} withInstance={false} />
    </section>
  );
};

const Trial = ({ connector, type }: { readonly connector: ConnectorRow; readonly type: string }) => {
  const memory = `try ${type}`;
  const first = remembered(memory) ?? JSON.stringify(connector.example, undefined, 2);
  const [text, setText] = useState(first);
  const schema = connector.schema as FormSchema | undefined;
  const canForm = schema?.properties !== undefined;
  const [asJson, setAsJson] = useState(!canForm);
  const [instance, setInstance] = useState<string>();
  const problem = objectProblem(text);
  const run = async (): Promise<void> => {
    const variables = readObject(text) as never;
    remember(memory, text);
    const answer = await act<'tryConnector', { readonly instance: string }>('tryConnector', { type, variables });
    setInstance(answer.instance);
  };
  return (
    <>
      <h2>
        Try it
        <span class="space" />
        {canForm ? (
          <label class="check">
            <input type="checkbox" checked={asJson} onChange={(event) => setAsJson(event.currentTarget.checked)} />
            as JSON
          </label>
        ) : null}
      </h2>
      <div class="panel">
        {asJson || schema === undefined || problem !== undefined ? (
          <JsonField label="Input (JSON)" value={text} onInput={setText} rows={8} />
        ) : (
          <SchemaForm
            schema={schema}
            values={readObject(text)}
            onValues={(values) => setText(JSON.stringify(values, undefined, 2))}
          />
        )}
        <p class="actions">
          <ActionButton kind="main" disabled={problem !== undefined} action={run}>
            Run
          </ActionButton>
          <ActionButton action={() => setText(JSON.stringify(connector.example, undefined, 2))}>Example</ActionButton>
          <span class="faint">It runs for real, in a process with this one task.</span>
        </p>
      </div>
      {instance === undefined ? null : <Outcome instance={instance} key={instance} />}
    </>
  );
};

const idOf = ({ type, name, kind }: ConnectorRow): string => type ?? `${kind}:${name}`;

/** The loaded connectors, and what they do with an input. */
export const ConnectorsView = ({ route }: { readonly route: Route }) => {
  const { value, error } = useData<readonly ConnectorRow[]>('/data/connectors');
  if (value === undefined) return <p class="notice">{error ?? 'Loading …'}</p>;
  const named = value.find((each) => idOf(each) === route.id);
  const chosen = named ?? value[0];
  if (chosen === undefined) return <Empty>No connectors are loaded.</Empty>;
  return (
    <div class="with-list">
      <ul class="list" aria-label="Connectors">
        {value.map((connector) => (
          <li key={idOf(connector)}>
            <a href={linkTo('connectors', idOf(connector))} aria-current={connector === chosen ? 'true' : undefined}>
              <strong>{connector.name}</strong>
              <span class="faint">{kinds[connector.kind]}</span>
            </a>
          </li>
        ))}
      </ul>
      <section aria-label={chosen.name}>
        {named !== undefined || route.id === '' ? null : (
          <Empty>The connector {route.id} is not loaded (any more). This is another one.</Empty>
        )}
        <header class="bar">
          <h1>{chosen.name}</h1>
          <span class="faint">
            {kinds[chosen.kind]}
            {chosen.type === undefined ? '' : ` for jobs of the type ${chosen.type}`}
            {chosen.address === undefined ? '' : ` at ${chosen.address}`}
          </span>
        </header>
        {chosen.outputs === undefined ? null : (
          <p>
            Result: <code>{chosen.outputs.join(', ')}</code>
          </p>
        )}
        {chosen.type === undefined ? null : <Trial key={chosen.type} connector={chosen} type={chosen.type} />}
        {chosen.kind === 'inbound' ? (
          <p class="faint">A process activates it; its message appears among the messages.</p>
        ) : null}
      </section>
    </div>
  );
};
