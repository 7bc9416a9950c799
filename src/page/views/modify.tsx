import { useState } from 'preact/hooks';
import type { InstanceDetail } from '../../cli/dev/page/contract.ts';
import { act } from '../data.ts';
import type { Folded } from '../fold.ts';
import { ActionButton, Dialog, Empty } from '../parts/controls.tsx';
import { counted, ownOf } from '../parts/format.ts';

/** The dialog that activates elements of an instance and terminates others. */
export const ModifyDialog = ({
  detail,
  folded,
  selected,
  onClose,
}: {
  readonly detail: InstanceDetail;
  readonly folded: Folded;
  readonly selected: string | undefined;
  readonly onClose: () => void;
}) => {
  const [activate, setActivate] = useState(selected ?? '');
  const [terminate, setTerminate] = useState<readonly string[]>([]);
  const names = Object.entries(detail.names).sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <Dialog title="Modify the instance" onClose={onClose}>
      <p class="faint">
        The instance goes on at the element that you activate. Choose what ends instead: then it moves. Input mappings
        of the scopes around it are not repeated.
      </p>
      <div class="field">
        <label for="modify-activate">Activate</label>
        <select id="modify-activate" value={activate} onChange={(event) => setActivate(event.currentTarget.value)}>
          <option value="">nothing</option>
          {names.map(([id, name]) => (
            <option key={id} value={id}>
              {name === id ? id : `${name} (${id})`}
            </option>
          ))}
        </select>
      </div>
      <fieldset class="steps">
        <legend>Terminate</legend>
        {folded.active.size === 0 ? <Empty>Nothing is active.</Empty> : null}
        {[...folded.active].map(([id, count]) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={terminate.includes(id)}
              onChange={(event) =>
                setTerminate(event.currentTarget.checked ? [...terminate, id] : terminate.filter((each) => each !== id))
              }
            />
            <span>{ownOf(detail.names, id) ?? id}</span>
            <span class="faint">{count > 1 ? counted(count, 'instance') : ''}</span>
          </label>
        ))}
      </fieldset>
      <footer>
        <span class="space" />
        <ActionButton
          kind="main"
          disabled={activate === '' && terminate.length === 0}
          action={async () => {
            await act('modify', { instance: detail.key, activate: activate === '' ? [] : [activate], terminate });
            onClose();
          }}
        >
          Modify
        </ActionButton>
      </footer>
    </Dialog>
  );
};
