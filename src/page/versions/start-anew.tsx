import { useState } from 'preact/hooks';
import type { Migration, MovedInstance } from '../../cli/dev/page/contract.ts';
import { act, useOnce } from '../data.ts';
import { ActionButton, Dialog, Empty } from '../parts/controls.tsx';
import { go, linkTo } from '../route.ts';
import { migrationPath, type Outdated } from './outdated.ts';
import { MoveResults } from './results.tsx';

/** The dialog that starts instances anew in the latest version, and cancels the old ones. */
export const StartAnewDialog = ({ onClose, ...outdated }: Outdated & { readonly onClose: () => void }) => {
  const { value: migration, error } = useOnce<Migration>(migrationPath(outdated));
  const [results, setResults] = useState<readonly MovedInstance[]>();
  const count = migration?.instances.length ?? 0;
  const start = async (): Promise<void> => {
    const moved = await act<'startAnew', readonly MovedInstance[]>('startAnew', {
      instances: (migration?.instances ?? []).map(({ key }) => key),
    });
    if (moved.some(({ problem }) => problem !== undefined)) {
      setResults(moved);
      return;
    }
    onClose();
    const [only] = moved;
    if (outdated.instance !== undefined && only?.startedKey !== undefined) go(linkTo('instance', only.startedKey));
  };
  return (
    <Dialog title={`Start anew in version ${outdated.version}`} onClose={onClose}>
      {migration === undefined ? (
        <Empty>{error === undefined ? 'Loading …' : 'No instance runs in an older version any more.'}</Empty>
      ) : results === undefined ? (
        <>
          <p>
            {count === 1
              ? 'The instance is cancelled, and another one starts with the variables with which it began.'
              : `${count} instances are cancelled, and as many start with the variables with which they began.`}{' '}
            What the connectors have done outside the engine <strong>remains</strong>, and is done again.
          </p>
          <footer>
            <span class="space" />
            <ActionButton kind="main" action={start}>
              Start anew
            </ActionButton>
          </footer>
        </>
      ) : (
        <MoveResults results={results} done={'started anew'} />
      )}
    </Dialog>
  );
};
