import { useState } from 'preact/hooks';
import type { MigratedElement, Migration, MovedInstance } from '../../cli/dev/page/contract.ts';
import { act, useOnce } from '../data.ts';
import { ActionButton, Dialog, Empty } from '../parts/controls.tsx';
import { counted, ownOf, shortKey } from '../parts/format.ts';
import { type Choices, choiceOf, choiceProblem, mappingOf, optionsOf } from './choices.ts';
import { migrationPath, type Outdated } from './outdated.ts';
import { MoveResults } from './results.tsx';

const labelOf = ({ id, name }: { readonly id: string; readonly name: string }): string =>
  name === id ? id : `${name} (${id})`;

const typeText = (type: string): string => type.toLowerCase().replaceAll('_', ' ');

/** What an element becomes. What the engine would refuse is listed below its reason, and cannot be chosen. */
const Target = ({
  migration,
  chosen,
  element,
  onValue,
}: {
  readonly migration: Migration;
  readonly chosen: Choices;
  readonly element: MigratedElement;
  readonly onValue: (id: string) => void;
}) => {
  const value = choiceOf(element, chosen);
  const { possible, refusals } = optionsOf(migration, chosen, element);
  return (
    <select
      aria-label={`What ${labelOf(element)} becomes`}
      value={value}
      disabled={element.problem !== undefined}
      onChange={(event) => onValue(event.currentTarget.value)}
    >
      {element.isEvent ? <option value="">nothing: it stops waiting</option> : null}
      {element.isEvent || value !== '' ? null : <option value="">choose …</option>}
      {possible.map((target) => (
        <option key={target.id} value={target.id}>
          {labelOf(target)}
        </option>
      ))}
      {refusals.map(({ reason, targets }) => (
        <optgroup key={reason} label={`Not possible: ${reason}`}>
          {targets.map((target) => (
            <option key={target.id} value={target.id} disabled>
              {labelOf(target)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
};

const Note = ({
  migration,
  chosen,
  element,
}: {
  readonly migration: Migration;
  readonly chosen: Choices;
  readonly element: MigratedElement;
}) => {
  const problem = choiceProblem(migration, chosen, element);
  if (problem !== undefined) return <span class="warning"> {problem}</span>;
  if (element.preset === undefined && element.isEvent && ownOf(chosen, element.id) === undefined) {
    return <span class="warning"> It has no counterpart.</span>;
  }
  const isByName = element.preset?.by === 'name' && choiceOf(element, chosen) === element.preset.id;
  return isByName ? <span class="faint"> Found by its name and type.</span> : null;
};

const Mapping = ({
  migration,
  chosen,
  onChoose,
}: {
  readonly migration: Migration;
  readonly chosen: Choices;
  readonly onChoose: (id: string, target: string) => void;
}) => (
  <table class="mapping">
    <thead>
      <tr>
        <th scope="col">Active now</th>
        <th scope="col">In version {migration.version}</th>
      </tr>
    </thead>
    <tbody>
      {migration.elements.map((element) => (
        <tr key={element.id}>
          <th scope="row">
            {labelOf(element)}{' '}
            <span class="faint">
              {typeText(element.type)}
              {migration.instances.length > 1 ? `, in ${counted(element.count, 'instance')}` : ''}
            </span>
            <Note migration={migration} chosen={chosen} element={element} />
          </th>
          <td>
            <Target
              migration={migration}
              chosen={chosen}
              element={element}
              onValue={(target) => onChoose(element.id, target)}
            />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The instances that cannot be migrated now. */
const Blocked = ({ blocked }: Pick<Migration, 'blocked'>) =>
  blocked.length === 0 ? null : (
    <>
      <p class="warning">{counted(blocked.length, 'instance')} cannot be migrated now:</p>
      <ul>
        {blocked.map(({ key, reason }) => (
          <li key={key}>
            {shortKey(key)}: {reason}.
          </li>
        ))}
      </ul>
    </>
  );

/** The dialog that migrates instances to the latest version: each element to the one with the same id or name, or to another one. */
export const MigrateDialog = ({ onClose, ...outdated }: Outdated & { readonly onClose: () => void }) => {
  const { value: migration, error } = useOnce<Migration>(migrationPath(outdated));
  const [chosen, setChosen] = useState<Choices>({});
  const [results, setResults] = useState<readonly MovedInstance[]>();
  const title = `Migrate to version ${outdated.version}`;
  if (migration === undefined) {
    return (
      <Dialog title={title} onClose={onClose}>
        <Empty>{error === undefined ? 'Loading …' : 'No instance runs in an older version any more.'}</Empty>
      </Dialog>
    );
  }
  const isOpen =
    migration.elements.some((element) => choiceProblem(migration, chosen, element) !== undefined) ||
    migration.blocked.length === migration.instances.length;
  const migrate = async (): Promise<void> => {
    const moved = await act<'migrate', readonly MovedInstance[]>('migrate', {
      instances: migration.instances.map(({ key }) => key),
      mapping: mappingOf(migration, chosen),
    });
    if (moved.every(({ problem }) => problem === undefined)) onClose();
    else setResults(moved);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {results === undefined ? (
        <>
          <p class="faint">
            {migration.instances.length === 1 ? 'The instance goes' : `${migration.instances.length} instances go`} on
            in version {migration.version}. Jobs, timers and messages of mapped elements stay. Input mappings are not
            repeated.
          </p>
          <Blocked blocked={migration.blocked} />
          {migration.elements.length === 0 ? <Empty>Nothing is active.</Empty> : null}
          <Mapping
            migration={migration}
            chosen={chosen}
            onChoose={(id, target) => setChosen({ ...chosen, [id]: target })}
          />
          <footer>
            <span class="space" />
            <ActionButton kind="main" disabled={isOpen} action={migrate}>
              Migrate
            </ActionButton>
          </footer>
        </>
      ) : (
        <MoveResults results={results} done="migrated" />
      )}
    </Dialog>
  );
};
