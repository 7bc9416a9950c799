import { useRef, useState } from 'preact/hooks';
import type { ConnectorRow, InstanceDetail } from '../../cli/dev/page/contract.ts';
import { act, useData } from '../data.ts';
import { ActionButton, Empty, JsonField, objectProblem, readObject } from '../parts/controls.tsx';
import { remember, remembered } from '../parts/memory.ts';
import { linkTo, type Route, setParameter } from '../route.ts';
import { JobList } from '../views/job-list.tsx';
import type { FormSchema } from './schema-fields.ts';
import { hasForm, hasWrongField, SchemaForm } from './schema-form.tsx';

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

/** What is tried: a connector, or one of its operations. */
interface Subject extends Pick<ConnectorRow, 'schema' | 'example'> {
  readonly type: string;
  readonly operation?: string;
}

const Trial = ({ subject: { type, operation, schema: given, example } }: { readonly subject: Subject }) => {
  const memory = `try ${type}${operation === undefined ? '' : ` ${operation}`}`;
  const exampleText = JSON.stringify(example, undefined, 2);
  const [text, setText] = useState(remembered(memory) ?? exampleText);
  /** Another example is another form. */
  const [examples, setExamples] = useState(0);
  const schema = given as FormSchema | undefined;
  const canForm = hasForm(schema);
  const [asJson, setAsJson] = useState(!canForm);
  const [instance, setInstance] = useState<string>();
  const panel = useRef<HTMLDivElement>(null);
  const problem = objectProblem(text);
  const run = async (): Promise<void> => {
    if (hasWrongField(panel.current)) throw new Error('Nothing was run. Fix: correct the field that is marked.');
    const variables = readObject(text) as never;
    remember(memory, text);
    const body = { type, ...(operation === undefined ? {} : { operation }), variables };
    const answer = await act<'tryConnector', { readonly instance: string }>('tryConnector', body);
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
      <div class="panel" ref={panel}>
        {asJson || !canForm || problem !== undefined ? (
          <JsonField label="Input (JSON)" value={text} onInput={setText} rows={8} />
        ) : (
          <SchemaForm
            key={examples}
            schema={schema}
            values={readObject(text)}
            onValues={(values) => setText(JSON.stringify(values, undefined, 2))}
          />
        )}
        <p class="actions">
          <ActionButton kind="main" disabled={problem !== undefined} action={run}>
            Run
          </ActionButton>
          <ActionButton
            action={() => {
              setText(exampleText);
              setExamples(examples + 1);
            }}
          >
            Example
          </ActionButton>
          <span class="faint">It runs for real, in a process with this one task.</span>
        </p>
      </div>
      {instance === undefined ? null : <Outcome instance={instance} key={instance} />}
    </>
  );
};

/** Tries a connector, or the chosen one of its operations. */
const Trials = ({
  connector,
  type,
  route,
}: {
  readonly connector: ConnectorRow;
  readonly type: string;
  readonly route: Route;
}) => {
  const { operations } = connector;
  if (operations === undefined) return <Trial subject={{ ...connector, type }} />;
  const operation = operations.find(({ id }) => id === route.parameters.get('operation')) ?? operations[0];
  if (operation === undefined) return null;
  const { id, schema, example } = operation;
  return (
    <>
      <div class="field">
        <label for="operation">Operation</label>
        <select id="operation" value={id} onChange={(event) => setParameter('operation', event.currentTarget.value)}>
          {operations.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </div>
      <Trial key={id} subject={{ type, operation: id, example, ...(schema === undefined ? {} : { schema }) }} />
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
        {chosen.type === undefined ? null : (
          <Trials key={chosen.type} connector={chosen} type={chosen.type} route={route} />
        )}
        {chosen.kind === 'inbound' ? (
          <p class="faint">A process activates it; its message appears among the messages.</p>
        ) : null}
      </section>
    </div>
  );
};
