import { useEffect, useState } from 'preact/hooks';
import type { UndoStep } from '../../cli/dev/page/contract.ts';
import { act, useData } from '../data.ts';
import { ActionButton, Dialog, Empty } from '../parts/controls.tsx';
import { counted, lengthText, shortKey } from '../parts/format.ts';

const Completed = ({ step }: { readonly step: UndoStep }) =>
  step.completedCount === 0 ? (
    <p>No job has completed since.</p>
  ) : (
    <>
      <p>
        What {counted(step.completedCount, 'completed job')} did outside the engine <strong>remains</strong>:
      </p>
      <ul class="completed-jobs">
        {step.completed.map(({ key, type, elementId, process }) => (
          <li key={key}>
            <code>{type}</code> of {elementId} <span class="faint">({process})</span>
          </li>
        ))}
        {step.completedCount > step.completed.length ? (
          <li class="faint">and {step.completedCount - step.completed.length} before these</li>
        ) : null}
      </ul>
    </>
  );

/** The dialog that goes back to the state before one of the last actions. */
export const StepBackDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { value: steps, error } = useData<readonly UndoStep[]>('/data/steps');
  const [chosen, setChosen] = useState<number>();
  const [said, setSaid] = useState<readonly string[]>([]);
  const latest = steps?.[0]?.id;
  useEffect(() => {
    // An action that happens meanwhile, in another tab for example, must not become the chosen one.
    setChosen((before) => before ?? latest);
  }, [latest]);
  const step = steps?.find(({ id }) => id === chosen);
  if (said.length > 0) {
    return (
      <Dialog title="Stepped back" onClose={onClose}>
        {said.map((text) => (
          <p key={text} class="warning" role="alert">
            {text}
          </p>
        ))}
        <footer>
          <span class="space" />
          <button type="button" class="main" onClick={onClose}>
            OK
          </button>
        </footer>
      </Dialog>
    );
  }
  return (
    <Dialog title="Step back" onClose={onClose}>
      {steps === undefined ? (
        <Empty>{error ?? 'Loading …'}</Empty>
      ) : steps.length === 0 ? (
        <Empty>There is no action to which you could go back.</Empty>
      ) : (
        <>
          <p>
            The engine goes back to the state before an action and continues from there. Jobs that connectors have in
            hand are aborted. The clock of the processes goes back as well.
          </p>
          <fieldset class="steps">
            <legend>Before which action?</legend>
            {steps.map(({ id, title, takenAt, started }) => (
              <label key={id}>
                <input type="radio" name="step" checked={id === chosen} onChange={() => setChosen(id)} />
                <span>
                  {title}
                  {started === undefined ? null : (
                    <span class="faint" title={started.instance}>
                      {' '}
                      {shortKey(started.instance)}
                      {started.differs === '' ? '' : `, ${started.differs}`}
                    </span>
                  )}
                </span>
                <span class="faint">{lengthText(Date.now() - takenAt)} ago</span>
              </label>
            ))}
          </fieldset>
          {step === undefined ? (
            <Empty>The chosen action is gone. Choose another one.</Empty>
          ) : (
            <Completed step={step} />
          )}
          <footer>
            <span class="space" />
            <ActionButton
              kind="main"
              disabled={step === undefined}
              action={async () => {
                const lines = await act<'stepBack', readonly string[]>('stepBack', { id: step?.id ?? 0 });
                if (lines.length === 0) onClose();
                else setSaid(lines);
              }}
            >
              Step back
            </ActionButton>
          </footer>
        </>
      )}
    </Dialog>
  );
};
