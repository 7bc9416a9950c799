/** The fields of one value: texts, numbers, choices. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { type FormPath, valueAt } from '../../cli/dev/page/contract/form-fields.ts';
import type { FormComponent } from '../../cli/dev/page/contract.ts';
import { type FieldProblem, optionsOf, pathText, type Values } from './form-values.ts';
import { readTime, writeTime } from './times.ts';

/** A form that is filled in. */
export interface FormState {
  readonly values: Values;
  /** What options can come from, besides the values. */
  readonly variables: Values;
  /** What is wrong with the values, to be shown at their fields. */
  readonly problems: readonly FieldProblem[];
  readonly onValue: (path: FormPath, value: unknown) => void;
  /** Stores a file and returns the reference of the document. */
  readonly store: (file: File) => Promise<unknown>;
  /** What buttons of the form do. */
  readonly onSubmit: () => Promise<void>;
  readonly onReset: () => void;
}

/** What a field of a form gets. */
export interface FieldProps {
  readonly component: FormComponent;
  /** Where its value is. */
  readonly path: FormPath;
  readonly form: FormState;
}

/** What is wrong with a field, as a text; empty if nothing is. */
export const problemOf = ({ path, form }: FieldProps): string =>
  form.problems
    .filter(({ key }) => key === pathText(path))
    .map(({ text }) => text)
    .join(' ');

/** Marks an input whose value is wrong, with the text that says why. */
export const marksOf = (id: string, problem: string) =>
  problem === '' ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` };

/** What is wrong with a field. */
export const ProblemText = ({ id, problem }: { readonly id: string; readonly problem: string }) =>
  problem === '' ? null : (
    <span class="error" id={`${id}-problem`}>
      {problem}
    </span>
  );

const Description = ({ of: { description } }: { readonly of: FormComponent }) =>
  description === undefined || description === '' ? null : <span class="faint">{description}</span>;

/** The label of a field, with a star if a value is required. */
const labelText = ({ label, dateLabel, timeLabel, key, validate }: FormComponent): string =>
  `${label ?? dateLabel ?? timeLabel ?? key ?? ''}${validate?.required === true ? ' *' : ''}`;

/** An input with its label, and what is wrong with its value. */
export const Labelled = ({
  id,
  field,
  children,
}: {
  readonly id: string;
  readonly field: FieldProps;
  readonly children: ComponentChildren;
}) => (
  <div class="field">
    <label for={id}>{labelText(field.component)}</label>
    {children}
    <ProblemText id={id} problem={problemOf(field)} />
    <Description of={field.component} />
  </div>
);

/** Whether the value of a field cannot be changed. */
export const isFixedField = ({ disabled, readonly }: FormComponent): boolean => disabled === true || readonly === true;

const dateType = ({ subtype = 'date' }: FormComponent): 'date' | 'time' | 'datetime-local' =>
  subtype === 'datetime' ? 'datetime-local' : subtype === 'time' ? 'time' : 'date';

/** What an input of any kind gets. */
const inputProps = (id: string, props: FieldProps) => ({
  ...{ id, disabled: isFixedField(props.component) },
  ...marksOf(id, problemOf(props)),
});

/** A field for a text, a date or a time. */
export const TextInput = ({ id, ...field }: FieldProps & { readonly id: string }) => {
  const { component, path, form } = field;
  const value = valueAt(form.values, path);
  const isTime = component.type === 'datetime';
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  const enter = (entered: string): void => {
    const written = isTime ? writeTime(entered, component) : entered;
    form.onValue(path, entered === '' ? undefined : written);
  };
  const props = {
    ...inputProps(id, field),
    value: isTime ? readTime(text, component) : text,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      enter(currentTarget.value),
  };
  if (component.type === 'textarea') return <textarea rows={4} {...props} />;
  return isTime ? <input type={dateType(component)} {...props} /> : <input type="text" {...props} />;
};

/** A field for a number. */
export const NumberInput = ({ id, ...field }: FieldProps & { readonly id: string }) => {
  const { component, path, form } = field;
  const value = valueAt(form.values, path);
  const read = ({ value: text, valueAsNumber }: HTMLInputElement): unknown => {
    if (text === '') return undefined;
    return component.serializeToString === true ? text : valueAsNumber;
  };
  return (
    <input
      type="number"
      step="any"
      {...inputProps(id, field)}
      value={value === undefined || value === null ? '' : String(value)}
      onInput={({ currentTarget }) => form.onValue(path, read(currentTarget))}
    />
  );
};

const optionsIn = ({ component, form }: FieldProps) => optionsOf(component, { ...form.variables, ...form.values });

/** A field with options of which one is chosen. */
export const SelectInput = ({ id, ...field }: FieldProps & { readonly id: string }) => {
  const { path, form } = field;
  const options = optionsIn(field);
  const chosen = valueAt(form.values, path);
  return (
    <select
      {...inputProps(id, field)}
      value={String(options.findIndex(({ value }) => value === chosen))}
      onChange={(event) => form.onValue(path, options[Number(event.currentTarget.value)]?.value)}
    >
      <option value="-1">–</option>
      {options.map(({ label, value }, index) => (
        <option key={String(value)} value={String(index)}>
          {label}
        </option>
      ))}
    </select>
  );
};

/** Options that are all visible: of which one can be chosen, or any. */
export const OptionsField = (field: FieldProps) => {
  const name = useId();
  const { component, path, form } = field;
  const problem = problemOf(field);
  const isMany = component.type !== 'radio';
  const given = valueAt(form.values, path);
  const chosen: readonly unknown[] = isMany ? (Array.isArray(given) ? given : []) : [given];
  const toggle = (value: unknown, isOn: boolean): void => {
    const many = isOn ? [...chosen, value] : chosen.filter((each) => each !== value);
    form.onValue(path, isMany ? many : value);
  };
  return (
    <fieldset class="group">
      <legend>{labelText(component)}</legend>
      {optionsIn(field).map((option) => (
        <label class="check" key={String(option.value)}>
          <input
            type={isMany ? 'checkbox' : 'radio'}
            name={name}
            disabled={isFixedField(component)}
            {...marksOf(name, problem)}
            checked={chosen.includes(option.value)}
            onChange={(event) => toggle(option.value, event.currentTarget.checked)}
          />
          {option.label}
        </label>
      ))}
      <ProblemText id={name} problem={problem} />
      <Description of={component} />
    </fieldset>
  );
};

/** A single box. */
export const CheckboxField = ({ id, ...field }: FieldProps & { readonly id: string }) => {
  const { component, path, form } = field;
  return (
    <>
      <label class="check field">
        <input
          type="checkbox"
          {...inputProps(id, field)}
          checked={valueAt(form.values, path) === true}
          onChange={(event) => form.onValue(path, event.currentTarget.checked)}
        />
        {component.label ?? component.key}
      </label>
      <ProblemText id={id} problem={problemOf(field)} />
      <Description of={component} />
    </>
  );
};
