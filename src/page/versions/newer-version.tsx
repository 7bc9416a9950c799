import { useState } from 'preact/hooks';
import { lazy } from '../lazy.tsx';
import { counted } from '../parts/format.ts';
import type { Outdated } from './outdated.ts';

const MigrateDialog = lazy(async () => (await import('./migrate.tsx')).MigrateDialog);
const StartAnewDialog = lazy(async () => (await import('./start-anew.tsx')).StartAnewDialog);

/** Says that instances run in an older version, and offers to migrate them or to start them anew. */
export const NewerVersion = (outdated: Outdated) => {
  const [dialog, setDialog] = useState<'migrate' | 'anew'>();
  const close = (): void => setDialog(undefined);
  const { version, count, instance, canStart } = outdated;
  return (
    <>
      {count === 0 ? null : (
        <p class="offer" role="status">
          <span>
            {instance === undefined
              ? `${counted(count, 'instance')} ${count === 1 ? 'runs' : 'run'} in an older version than version ${version}.`
              : `Version ${version} is deployed. This instance runs in an older one.`}
          </span>
          <button type="button" class="plain acts" onClick={() => setDialog('migrate')}>
            Migrate …
          </button>
          {canStart ? (
            <button type="button" class="plain acts" onClick={() => setDialog('anew')}>
              Start anew …
            </button>
          ) : null}
        </p>
      )}
      {dialog === 'migrate' ? <MigrateDialog {...outdated} onClose={close} /> : null}
      {dialog === 'anew' ? <StartAnewDialog {...outdated} onClose={close} /> : null}
    </>
  );
};
