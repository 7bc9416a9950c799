import { useState } from 'preact/hooks';
import { areKeysOn, keyHelp, switchKeys } from '../keys.ts';
import { Dialog } from '../parts/controls.tsx';

/** The dialog with all keys, which can also be switched off there. */
export const KeyHelpDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const [isOn, setOn] = useState(areKeysOn());
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table>
        <tbody>
          {keyHelp.map(({ keys, text }) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="actions">
        <label class="check">
          <input
            type="checkbox"
            checked={isOn}
            onChange={(event) => {
              switchKeys(event.currentTarget.checked);
              setOn(event.currentTarget.checked);
            }}
          />
          Single letters, digits and signs act
        </label>
      </p>
    </Dialog>
  );
};
