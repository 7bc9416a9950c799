/**
 * Draws the forms of form-js, whose expressions the server has evaluated. Values of components that are not drawn are entered as JSON.
 */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { FormComponent } from '../../cli/dev/page/contract.ts';
import { FormContent } from './form-content.tsx';
import { type FieldProblem, optionsOf, silent, type Values } from './form-values.ts';

/** What a field of a form gets. */
interface FieldProps {
  readonly component: FormComponent;
  readonly values: Values;
  /** What options can come from, besides the values. */
  readonly variables: Values;
  readonly problems: readonly FieldProblem[];
  readonly onValue: (key: string, value: unknown) => void;
}

/** What is wrong with a field, as a text; empty if nothing is. */
const problemOf = ({ key, path }: FormComponent, problems: readonly FieldProblem[]): string =>
  problems
    .filter((problem) => problem.key === (key ?? path))
    .map(({ text }) => text)
    .join(' ');

/** Marks an input whose value is wrong, with the text that says why. */
const marksOf = (id: string, problem: string) =>
  problem === '' ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` };

const ProblemText = ({ id, problem }: { readonly id: string; readonly problem: string }) =>
  problem === '' ? null : (
    <span class="error" id={`${id}-problem`}>
      {problem}
    </span>
  );

const Labelled = ({
  id,
  component,
  problems,
  children,
}: {
  readonly id: string;
  readonly component: FormComponent;
  readonly problems: readonly FieldProblem[];
  readonly children: ComponentChildren;
}) => {
  const { label, key, description, validate } = component;
  return (
    <div class="field">
      <label for={id}>
        {label ?? key}
        {validate?.required === true ? ' *' : ''}
      </label>
      {children}
      <ProblemText id={id} problem={problemOf(component, problems)} />
      {description === undefined || description === '' ? null : <span class="faint">{description}</span>}
    </div>
  );
};

const isFixedField = ({ disabled, readonly }: FormComponent): boolean => disabled === true || readonly === true;

const dateType = ({ subtype = 'date' }: FormComponent): 'date' | 'time' | 'datetime-local' =>
  subtype === 'datetime' ? 'datetime-local' : subtype === 'time' ? 'time' : 'date';

const TextInput = ({ id, component, values, problems, onValue }: FieldProps & { readonly id: string }) => {
  const { key = '', type } = component;
  const value = values[key];
  const isFixed = isFixedField(component);
  const set = (text: string): void => onValue(key, text === '' ? undefined : text);
  const marks = marksOf(id, problemOf(component, problems));
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  if (type === 'textarea') {
    return (
      <textarea
        id={id}
        rows={4}
        value={text}
        disabled={isFixed}
        {...marks}
        onInput={(event) => set(event.currentTarget.value)}
      />
    );
  }
  const props = {
    ...{ id, value: text, disabled: isFixed, ...marks },
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => set(event.currentTarget.value),
  };
  return type === 'datetime' ? <input type={dateType(component)} {...props} /> : <input type="text" {...props} />;
};

const NumberInput = ({ id, component, values, problems, onValue }: FieldProps & { readonly id: string }) => {
  const { key = '' } = component;
  const value = values[key];
  return (
    <input
      id={id}
      type="number"
      step="any"
      disabled={isFixedField(component)}
      {...marksOf(id, problemOf(component, problems))}
      value={value === undefined || value === null ? '' : String(value)}
      onInput={(event) =>
        onValue(key, event.currentTarget.value === '' ? undefined : event.currentTarget.valueAsNumber)
      }
    />
  );
};

const SelectInput = ({ id, component, values, variables, problems, onValue }: FieldProps & { readonly id: string }) => {
  const { key = '' } = component;
  const options = optionsOf(component, { ...variables, ...values });
  return (
    <select
      id={id}
      disabled={isFixedField(component)}
      {...marksOf(id, problemOf(component, problems))}
      value={String(options.findIndex(({ value }) => value === values[key]))}
      onChange={(event) => onValue(key, options[Number(event.currentTarget.value)]?.value)}
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
const OptionsField = ({ component, values, variables, problems, onValue }: FieldProps) => {
  const name = useId();
  const problem = problemOf(component, problems);
  const { key = '', label = key, type, validate } = component;
  const isMany = type !== 'radio';
  const given = values[key];
  const chosen: readonly unknown[] = isMany ? (Array.isArray(given) ? given : []) : [given];
  const toggle = (value: unknown, isOn: boolean): void => {
    const many = isOn ? [...chosen, value] : chosen.filter((each) => each !== value);
    onValue(key, isMany ? many : value);
  };
  return (
    <fieldset class="group">
      <legend>
        {label}
        {validate?.required === true ? ' *' : ''}
      </legend>
      {optionsOf(component, { ...variables, ...values }).map((option) => (
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
    </fieldset>
  );
};

const Field = (props: FieldProps) => {
  const id = useId();
  const { component, values, variables, problems, onValue } = props;
  const problem = problemOf(component, problems);
  const { type, key = '', label } = component;
  switch (type) {
    case 'text':
    case 'html':
    case 'image':
    case 'iframe':
    case 'table':
    case 'documentPreview':
      return <FormContent component={component} />;
    case 'separator':
      return <hr />;
    case 'expression':
    case 'spacer':
    case 'button':
      return null;
    case 'group':
      return (
        <fieldset class="group">
          <legend>{label}</legend>
          <FormFields
            components={component.components ?? []}
            values={values}
            variables={variables}
            problems={problems}
            onValue={onValue}
          />
        </fieldset>
      );
    case 'checkbox':
      return (
        <>
          <label class="check field">
            <input
              type="checkbox"
              checked={values[key] === true}
              disabled={isFixedField(component)}
              {...marksOf(id, problem)}
              onChange={(event) => onValue(key, event.currentTarget.checked)}
            />
            {label ?? key}
          </label>
          <ProblemText id={id} problem={problem} />
        </>
      );
    case 'radio':
    case 'checklist':
    case 'taglist':
      return <OptionsField {...props} />;
    case 'select':
      return (
        <Labelled id={id} component={component} problems={problems}>
          <SelectInput id={id} {...props} />
        </Labelled>
      );
    case 'number':
      return (
        <Labelled id={id} component={component} problems={problems}>
          <NumberInput id={id} {...props} />
        </Labelled>
      );
    case 'textfield':
    case 'textarea':
    case 'datetime':
      return (
        <Labelled
          id={id}
          problems={problems}
          component={{ ...component, label: label ?? component.dateLabel ?? component.timeLabel ?? key }}
        >
          <TextInput id={id} {...props} />
        </Labelled>
      );
    default:
      return (
        <p class="faint">
          The form has the component “{label ?? key}” ({type}) here, which this page does not draw.
          {silent.has(type) ? '' : ' Enter its value as JSON.'} <ProblemText id={id} problem={problem} />
        </p>
      );
  }
};

/** The fields of a form, in their order. */
export const FormFields = ({
  components,
  values,
  variables,
  problems,
  onValue,
}: {
  readonly components: readonly FormComponent[];
  readonly values: Values;
  /** What options can come from, besides the values. */
  readonly variables: Values;
  /** What is wrong with the values, to be shown at their fields. */
  readonly problems: readonly FieldProblem[];
  readonly onValue: (key: string, value: unknown) => void;
}) => (
  <>
    {components.map((component, index) => (
      <Field
        key={component.id ?? component.key ?? index}
        component={component}
        values={values}
        variables={variables}
        problems={problems}
        onValue={onValue}
      />
    ))}
  </>
);
