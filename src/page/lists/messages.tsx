import { useState } from 'preact/hooks';
import type { AwaitedRow, Messages, PublishedRow } from '../../cli/dev/page/contract.ts';
import { act, useRows } from '../data.ts';
import { Empty, More, VariablesDialog } from '../parts/controls.tsx';
import { lengthText, momentText, shortKey } from '../parts/format.ts';
import { type Draft, PublishDialog } from '../parts/publish.tsx';
import { linkTo } from '../route.ts';
import { Value } from '../views/variables.tsx';

const BroadcastDialog = ({ name, onClose }: { readonly name: string; readonly onClose: () => void }) => (
  <VariablesDialog
    title={`Broadcast the signal ${name}`}
    button="Broadcast"
    action={(variables) => act('broadcast', { name, variables })}
    onClose={onClose}
  />
);

const AwaitedItem = ({
  row,
  onPublish,
  onBroadcast,
}: {
  readonly row: AwaitedRow;
  readonly onPublish: (draft: Draft) => void;
  readonly onBroadcast: (name: string) => void;
}) => {
  const { kind, name, correlationKey, elementId, elementName, process, instance, mismatch, publisher } = row;
  return (
    <li class={mismatch === undefined ? undefined : 'mismatch'}>
      <strong>{name}</strong> <span class="faint">{kind}</span>
      {correlationKey === undefined ? null : (
        <>
          {' '}
          key <code>{correlationKey}</code>
        </>
      )}
      <p class="faint">
        <bdi>{elementName}</bdi> in{' '}
        {instance === undefined ? (
          `${process} (starts an instance)`
        ) : (
          <a href={linkTo('instance', instance, { element: elementId })}>{`${process} ${shortKey(instance)}`}</a>
        )}
      </p>
      {publisher === undefined ? null : <p class="faint">{publisher}</p>}
      {mismatch === undefined ? null : (
        <p class="warning">
          <span aria-hidden="true">⚠ </span>
          {mismatch}
        </p>
      )}
      <p class="actions">
        {kind === 'message' ? (
          <button
            type="button"
            class="plain acts"
            onClick={() => onPublish({ name, correlationKey: correlationKey ?? '' })}
          >
            Publish …
          </button>
        ) : null}
        {kind === 'signal' ? (
          <button type="button" class="plain acts" onClick={() => onBroadcast(name)}>
            Broadcast …
          </button>
        ) : null}
      </p>
    </li>
  );
};

const lifeText = ({ isBuffered, expiresAt, publishedAt }: PublishedRow, now: number): string => {
  if (isBuffered) return `buffered for another ${lengthText(expiresAt - now)}`;
  return expiresAt > publishedAt ? 'expired, nothing awaited it' : 'nothing awaited it, and it had no time to live';
};

const PublishedItem = ({ row, now }: { readonly row: PublishedRow; readonly now: number }) => (
  <li>
    <strong>{row.name}</strong> key <code>{row.correlationKey}</code>
    <p class="faint">
      {momentText(row.publishedAt)}, {row.receivedBy.length > 0 ? `received by ${row.receivedBy.join(', ')}; ` : ''}
      {lifeText(row, now)}
    </p>
    {row.variables === undefined || Object.keys(row.variables).length === 0 ? null : <Value value={row.variables} />}
  </li>
);

/** What waits for messages and signals beside what was published, with what almost fits. */
export const MessagesView = () => {
  const { value, error, showMore } = useRows<Messages>('/data/messages', 100);
  const [draft, setDraft] = useState<Draft>();
  const [signal, setSignal] = useState<string>();
  if (value === undefined) return <p class="notice">{error ?? 'Loading …'}</p>;
  const names = [...new Set(value.awaited.filter(({ kind }) => kind === 'message').map(({ name }) => name))];
  return (
    <section aria-label="Messages">
      <header class="bar">
        <h1>Messages</h1>
        <span class="space" />
        <button type="button" class="main acts" data-key="p" onClick={() => setDraft({ name: '', correlationKey: '' })}>
          Publish a message
        </button>
      </header>
      <div class="halves">
        <section aria-label="Awaited">
          <h2>Awaited</h2>
          {value.awaited.length === 0 ? (
            <Empty>
              Nothing waits for a message, a signal or a condition. An event appears here when an instance reaches it.
            </Empty>
          ) : null}
          <ul class="cards">
            {value.awaited.map((row) => (
              <AwaitedItem
                key={row.key ?? `${row.process} ${row.elementId} ${row.name}`}
                row={row}
                onPublish={setDraft}
                onBroadcast={setSignal}
              />
            ))}
          </ul>
          <More count={value.moreAwaited} onMore={showMore} />
        </section>
        <section aria-label="Published">
          <h2>Published</h2>
          {value.published.length === 0 ? (
            <Empty>No message is buffered, and none was published that nothing awaited.</Empty>
          ) : null}
          <ul class="cards">
            {value.published.map((row) => (
              <PublishedItem key={row.key} row={row} now={value.now} />
            ))}
          </ul>
          <More count={value.morePublished} onMore={showMore} />
        </section>
      </div>
      {draft === undefined ? null : <PublishDialog draft={draft} names={names} onClose={() => setDraft(undefined)} />}
      {signal === undefined ? null : <BroadcastDialog name={signal} onClose={() => setSignal(undefined)} />}
    </section>
  );
};
