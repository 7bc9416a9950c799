import { useState } from 'preact/hooks';
import type { TaskRow } from '../../cli/dev/page/contract.ts';
import { act } from '../data.ts';
import { ActionButton, Dialog, JsonField, objectProblem, readObject } from '../parts/controls.tsx';
import { canDraw, type FormComponent, firstValues, formProblems } from './form-values.ts';
import { FormFields } from './task-form.tsx';

/** Reads the components of a form; `undefined` if the file is none of form-js. */
const componentsOf = (form: string | undefined): readonly FormComponent[] | undefined => {
  if (form === undefined) return undefined;
  try {
    const { components } = JSON.parse(form) as { readonly components?: unknown };
    return Array.isArray(components) ? components : undefined;
  } catch {
    return undefined;
  }
};

/** The dialog that completes a user task, with its form. */
export const CompleteTask = ({ task, onClose }: { readonly task: TaskRow; readonly onClose: () => void }) => {
  const components = componentsOf(task.form);
  const [values, setValues] = useState(components === undefined ? {} : firstValues(components, task.variables));
  const [text, setText] = useState(JSON.stringify(values, undefined, 2));
  const [asJson, setAsJson] = useState(components === undefined || !canDraw(components));
  const complete = async (): Promise<void> => {
    const variables = asJson ? readObject(text) : values;
    const problems = components === undefined ? [] : formProblems(components, variables);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    await act('completeTask', { task: task.key, variables: variables as never });
    onClose();
  };
  const toggle = (): void => {
    if (asJson) setValues(readObject(text));
    else setText(JSON.stringify(values, undefined, 2));
    setAsJson(!asJson);
  };
  return (
    <Dialog title={`Complete ${task.name}`} onClose={onClose}>
      {components === undefined ? (
        <p class="faint">
          {task.externalForm === null ? 'The task has no form.' : `Its form is elsewhere: ${task.externalForm}`}
        </p>
      ) : (
        <FormFields
          components={components}
          values={asJson ? firstValues(components, task.variables) : values}
          onValue={(key, value) => {
            const { [key]: _, ...rest } = values;
            const next = value === undefined ? rest : { ...rest, [key]: value };
            setValues(next);
            setText(JSON.stringify(next, undefined, 2));
          }}
        />
      )}
      {asJson ? <JsonField label="Variables (JSON)" value={text} onInput={setText} /> : null}
      <footer>
        {components === undefined ? null : (
          <label class="check">
            <input
              type="checkbox"
              checked={asJson}
              onChange={toggle}
              disabled={asJson && objectProblem(text) !== undefined}
            />
            as JSON
          </label>
        )}
        <span class="space" />
        <ActionButton kind="main" disabled={asJson && objectProblem(text) !== undefined} action={complete}>
          Complete
        </ActionButton>
      </footer>
    </Dialog>
  );
};
