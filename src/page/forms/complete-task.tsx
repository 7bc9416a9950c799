import { useEffect, useRef, useState } from 'preact/hooks';
import { withValueAt } from '../../cli/dev/page/contract/form-fields.ts';
import { readForm } from '../../cli/dev/page/contract/read-form.ts';
import type { EvaluatedForm, TaskRow } from '../../cli/dev/page/contract.ts';
import { act, ask } from '../data.ts';
import { ActionButton, Dialog, JsonField, objectProblem, readObject } from '../parts/controls.tsx';
import {
  canDraw,
  type FieldProblem,
  firstValues,
  formProblems,
  hasExpressions,
  type Values,
  valuesToSend,
  withComputed,
} from './form-values.ts';
import { FormFields } from './task-form.tsx';

/** Milliseconds without another change of a value, after which the form is evaluated. */
const evaluationPause = 120;

/** Milliseconds that a form waits for its evaluation when somebody completes it. */
const longestEvaluation = 10_000;

const askForm = (task: TaskRow, values: Values): Promise<EvaluatedForm> =>
  ask<'evaluateForm', EvaluatedForm>('evaluateForm', { task: task.key, values });

/** The answer, or an error if it takes too long: nobody should look at a button that never comes back. */
const inTime = async (evaluation: Promise<EvaluatedForm>): Promise<EvaluatedForm> => {
  let timer: number | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const error = new Error(
      `The form was not evaluated within ${longestEvaluation / 1_000} s. Fix: check that dev still runs, and try again.`,
    );
    timer = setTimeout(() => reject(error), longestEvaluation);
  });
  return Promise.race([evaluation, tooLate]).finally(() => clearTimeout(timer));
};

interface FormState {
  /** The form as it is with the values. Undefined until the server has evaluated it for the first time. */
  readonly form?: EvaluatedForm | undefined;
  readonly error?: string;
  /** The form as it is with these values. The last one that was evaluated may be older than the last change. */
  readonly evaluate: (values: Values) => Promise<EvaluatedForm>;
}

const useEvaluatedForm = (task: TaskRow, read: EvaluatedForm | undefined, values: Values): FormState => {
  const isStatic = read === undefined || !hasExpressions(task.form ?? '');
  const [evaluated, setEvaluated] = useState<{ readonly form?: EvaluatedForm; readonly error?: string }>({});
  const asked = useRef(0);
  useEffect(() => {
    if (isStatic) return undefined;
    asked.current += 1;
    const number = asked.current;
    const load = (): void => {
      // Somebody completes the task, and has asked for a later evaluation.
      if (number !== asked.current) return;
      askForm(task, values).then(
        (form) => number === asked.current && setEvaluated({ form }),
        (error: Error) => number === asked.current && setEvaluated((before) => ({ ...before, error: error.message })),
      );
    };
    const timer = setTimeout(load, number === 1 ? 0 : evaluationPause);
    return () => clearTimeout(timer);
  }, [isStatic, task.key, values]);
  if (isStatic) {
    const form: EvaluatedForm = read ?? { components: [], problems: [] };
    return { form, evaluate: async () => form };
  }
  const evaluate = async (given: Values): Promise<EvaluatedForm> => {
    asked.current += 1;
    const number = asked.current;
    const form = await inTime(askForm(task, given));
    if (number === asked.current) setEvaluated({ form });
    return form;
  };
  return { ...evaluated, evaluate };
};

/** The content of a file in base64. */
const base64Of = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    // What it reads begins with `data:TYPE;base64,`.
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(new Error(`${file.name} cannot be read. Fix: check that the file still exists.`));
    reader.readAsDataURL(file);
  });

const storeFile = async (task: TaskRow, file: File): Promise<unknown> =>
  ask('storeDocument', {
    ...{ task: task.key, fileName: file.name, contentType: file.type },
    content: await base64Of(file),
  });

const FormProblems = ({ problems }: { readonly problems: readonly string[] }) => (
  <>
    {problems.map((problem) => (
      <p key={problem} class="warning">
        {problem}
      </p>
    ))}
  </>
);

/** The dialog that completes a user task, with its form. */
export const CompleteTask = ({ task, onClose }: { readonly task: TaskRow; readonly onClose: () => void }) => {
  const read = task.form === undefined ? undefined : readForm(task.form);
  const components = read?.components;
  const begin = (): Values => (components === undefined ? {} : firstValues(components, task.variables));
  const [values, setValues] = useState(begin);
  const [text, setText] = useState(JSON.stringify(values, undefined, 2));
  const [asJson, setAsJson] = useState(components === undefined || !canDraw(components));
  const { form, error, evaluate } = useEvaluatedForm(task, read, values);
  const [attempts, setAttempts] = useState(0);
  const fields = useRef<HTMLDivElement>(null);
  const isOpen = useRef(true);
  useEffect(
    () => () => {
      isOpen.current = false;
    },
    [],
  );
  const problemsOf = (given: Values): readonly FieldProblem[] =>
    form === undefined || components === undefined ? [] : formProblems(form.components, given);
  // Nothing is wrong with a form that nobody has tried to complete. After that, each change is checked.
  const isChecked = attempts > 0 && (!asJson || objectProblem(text) === undefined);
  const problems = isChecked ? problemsOf(asJson ? readObject(text) : values) : [];
  useEffect(() => {
    if (attempts > 0) fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempts]);
  const complete = async (): Promise<void> => {
    const given = asJson ? readObject(text) : values;
    let variables = given;
    if (components !== undefined) {
      // Computed values, hidden fields and rules have to follow the last change, too.
      const current = await evaluate(given);
      if (!isOpen.current) return;
      if (formProblems(current.components, given).length > 0) {
        setAttempts((before) => before + 1);
        return;
      }
      variables = asJson ? withComputed(current, given) : valuesToSend(current, given);
    }
    await act('completeTask', { task: task.key, variables: variables as never });
    onClose();
  };
  /** Changes the values as they are now: while a file is stored, others are entered. */
  const change = (next: (before: Values) => Values): void => {
    setValues(next);
    const inText = (before: string): string =>
      objectProblem(before) === undefined ? JSON.stringify(next(readObject(before)), undefined, 2) : before;
    if (asJson) setText(inText);
  };
  const enterText = (entered: string): void => {
    setText(entered);
    if (objectProblem(entered) === undefined) setValues(readObject(entered));
  };
  const toggle = (): void => {
    if (!asJson) setText(JSON.stringify(values, undefined, 2));
    setAsJson(!asJson);
  };
  return (
    <Dialog title={`Complete ${task.name}`} onClose={onClose}>
      {components === undefined ? (
        <p class="faint">
          {task.externalForm === null ? 'The task has no form.' : `Its form is elsewhere: ${task.externalForm}`}
        </p>
      ) : form === undefined ? (
        <p class="faint">{error ?? 'Loading …'}</p>
      ) : (
        <div ref={fields}>
          <FormFields
            components={form.components}
            around={[]}
            form={{
              ...{ values, variables: task.variables, problems: asJson ? [] : problems },
              onValue: (path, value) => change((before) => withValueAt(before, path, value) as Values),
              store: (file) => storeFile(task, file),
              onSubmit: complete,
              onReset: () => change(begin),
            }}
          />
          <FormProblems problems={form.problems} />
        </div>
      )}
      {asJson ? <JsonField label="Variables (JSON)" value={text} onInput={enterText} /> : null}
      {asJson && problems.length > 0 ? (
        <p class="error" role="alert">
          {problems.map((problem) => problem.text).join('\n')}
        </p>
      ) : null}
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
        <ActionButton
          kind="main"
          disabled={(asJson && objectProblem(text) !== undefined) || (components !== undefined && form === undefined)}
          action={complete}
        >
          Complete
        </ActionButton>
      </footer>
    </Dialog>
  );
};
