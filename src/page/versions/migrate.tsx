import { useState } from 'preact/hooks';
import type { MigratedElement, Migration, MovedInstance } from '../../cli/dev/page/contract.ts';
import { act, useOnce } from '../data.ts';
import { ActionButton, Dialog, Empty } from '../parts/controls.tsx';
import { counted } from '../parts/format.ts';
import { migrationPath, type Outdated } from './outdated.ts';
import { MoveResults } from './results.tsx';

const labelOf = ({ id, name }: { readonly id: string; readonly name: string }): string =>
  name === id ? id : `${name} (${id})`;

const typeText = (type: string): string => type.toLowerCase().replaceAll('_', ' ');

/** What an element becomes. Elements of the same type come first: the engine refuses most others. */
const Target = ({
  element,
  targets,
  value,
  onValue,
}: {
  readonly element: MigratedElement;
  readonly targets: Migration['targets'];
  readonly value: string;
  readonly onValue: (id: string) => void;
}) => {
  const alike = targets.filter(({ type }) => type === element.type);
  const others = targets.filter(({ type }) => type !== element.type);
  return (
    <select
      aria-label={`What ${labelOf(element)} becomes`}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
    >
      {element.isEvent ? <option value="">nothing: it stops waiting</option> : null}
      {element.isEvent || value !== '' ? null : <option value="">choose …</option>}
      {alike.map((target) => (
        <option key={target.id} value={target.id}>
          {labelOf(target)}
        </option>
      ))}
      {others.length === 0 ? null : (
        <optgroup label="Of another type">
          {others.map((target) => (
            <option key={target.id} value={target.id}>
              {labelOf(target)}, {typeText(target.type)}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  );
};

const Mapping = ({
  migration,
  chosen,
  onChoose,
}: {
  readonly migration: Migration;
  readonly chosen: Readonly<Record<string, string>>;
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
            {element.same === undefined ? (
              <span class="warning">
                {element.isEvent ? ' It has no counterpart.' : ' It has no counterpart: choose one.'}
              </span>
            ) : null}
          </th>
          <td>
            <Target
              element={element}
              targets={migration.targets}
              value={chosen[element.id] ?? element.same ?? ''}
              onValue={(target) => onChoose(element.id, target)}
            />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The dialog that migrates instances to the latest version: each element to the one with the same id, or to another one. */
export const MigrateDialog = ({ onClose, ...outdated }: Outdated & { readonly onClose: () => void }) => {
  const { value: migration, error } = useOnce<Migration>(migrationPath(outdated));
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const [results, setResults] = useState<readonly MovedInstance[]>();
  const title = `Migrate to version ${outdated.version}`;
  if (migration === undefined) {
    return (
      <Dialog title={title} onClose={onClose}>
        <Empty>{error === undefined ? 'Loading …' : 'No instance runs in an older version any more.'}</Empty>
      </Dialog>
    );
  }
  const isOpen = migration.elements.some(({ id, same, isEvent }) => !isEvent && (chosen[id] ?? same ?? '') === '');
  const migrate = async (): Promise<void> => {
    const moved = await act<'migrate', readonly MovedInstance[]>('migrate', {
      instances: migration.instances.map(({ key }) => key),
      mapping: chosen,
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
