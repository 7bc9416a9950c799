import { useState } from 'preact/hooks';
import type { JobDetail } from '../../cli/dev/page/contract.ts';
import { act } from '../data.ts';
import { ActionButton, Dialog, TextField, VariablesDialog } from '../parts/controls.tsx';
import { linkTo } from '../route.ts';

const CompleteDialog = ({ job, onClose }: { readonly job: JobDetail; readonly onClose: () => void }) => (
  <VariablesDialog
    title={`Complete the job of ${job.elementName}`}
    note="As if a connector had returned these variables."
    button="Complete"
    action={(variables) => act('completeJob', { job: job.key, variables })}
    onClose={onClose}
  />
);

const ThrowDialog = ({ job, onClose }: { readonly job: JobDetail; readonly onClose: () => void }) => {
  const [code, setCode] = useState('');
  const [message, setMessage] = useState('');
  return (
    <Dialog title={`Throw a BPMN error at ${job.elementName}`} onClose={onClose}>
      <TextField label="Error code" value={code} onInput={setCode} />
      <TextField label="Message" value={message} onInput={setMessage} />
      <footer>
        <span class="space" />
        <ActionButton
          kind="main"
          disabled={code === ''}
          action={async () => {
            await act('throwError', { job: job.key, code, message, variables: {} });
            onClose();
          }}
        >
          Throw
        </ActionButton>
      </footer>
    </Dialog>
  );
};

const ended = new Set(['COMPLETED', 'CANCELLED', 'ERROR_THROWN']);

/** What can be done with a job. */
export const JobActions = ({ job, withInstance }: { readonly job: JobDetail; readonly withInstance: boolean }) => {
  const [dialog, setDialog] = useState<'complete' | 'throw'>();
  const close = (): void => setDialog(undefined);
  const isOpen = !ended.has(job.state);
  return (
    <p class="actions">
      {withInstance ? (
        <a href={linkTo('instance', job.instance, { element: job.elementId })}>Show the instance</a>
      ) : (
        <a href={linkTo('jobs', job.key)}>Link to this job</a>
      )}
      {isOpen && job.served && job.state !== 'ACTIVATED' ? (
        <ActionButton
          action={() => act('retry', { job: job.key, reload: job.canReload })}
          title={
            job.canReload
              ? 'Loads the connectors anew and gives the job another attempt'
              : 'Gives the job another attempt'
          }
        >
          {job.canReload ? 'Retry with the edited connector' : 'Retry'}
        </ActionButton>
      ) : null}
      {job.state === 'ACTIVATABLE' ? (
        <>
          <button type="button" class="plain acts" onClick={() => setDialog('complete')}>
            Complete …
          </button>
          <button type="button" class="plain acts" onClick={() => setDialog('throw')}>
            Throw an error …
          </button>
        </>
      ) : null}
      {dialog === 'complete' ? <CompleteDialog job={job} onClose={close} /> : null}
      {dialog === 'throw' ? <ThrowDialog job={job} onClose={close} /> : null}
    </p>
  );
};
