/**
 * Draws the forms of form-js: their fields, and the values that a person enters. Expressions of a form are not evaluated: its
 * texts are shown as they stand in the file, and every field is shown. Values of other components are entered as JSON.
 */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A component of a form, as form-js writes it. */
export interface FormComponent {
  readonly type: string;
  readonly id?: string;
  readonly key?: string;
  readonly path?: string;
  readonly label?: string;
  readonly text?: string;
  readonly description?: string;
  readonly subtype?: string;
  readonly dateLabel?: string;
  readonly timeLabel?: string;
  readonly disabled?: boolean;
  readonly readonly?: boolean;
  readonly defaultValue?: unknown;
  readonly values?: readonly { readonly label?: string; readonly value: unknown }[];
  readonly valuesKey?: string;
  readonly components?: readonly FormComponent[];
  readonly validate?: {
    readonly required?: boolean;
    readonly min?: number | string;
    readonly max?: number | string;
    readonly minLength?: number | string;
    readonly maxLength?: number | string;
    readonly pattern?: string;
  };
}

type Values = Readonly<Record<string, unknown>>;

/** What a field of a form gets. */
interface FieldProps {
  readonly component: FormComponent;
  readonly values: Values;
  readonly onValue: (key: string, value: unknown) => void;
}

/** Types of components that hold others. */
const groups = new Set(['group', 'dynamiclist']);

/** Types of components without a value. */
const silent = new Set([
  'text',
  'html',
  'image',
  'separator',
  'spacer',
  'button',
  'iframe',
  'documentPreview',
  'table',
]);

/** All components with a value, those of groups too. */
const fieldsOf = (components: readonly FormComponent[]): readonly FormComponent[] =>
  components.flatMap((component) => {
    if (component.type === 'group') return fieldsOf(component.components ?? []);
    return silent.has(component.type) || component.key === undefined ? [] : [component];
  });

/**
 * The values with which a form begins: those of the variables, else the defaults of the form.
 *
 * @example
 * firstValues([{ type: 'number', key: 'total', defaultValue: 5 }], {}); // { total: 5 }
 */
export const firstValues = (components: readonly FormComponent[], variables: Values): Values =>
  Object.fromEntries(
    fieldsOf(components).flatMap(({ key = '', defaultValue, type }) => {
      const value = variables[key] ?? defaultValue ?? (type === 'checkbox' ? false : undefined);
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** What is wrong with the values, by the labels of the form. */
export const formProblems = (components: readonly FormComponent[], values: Values): readonly string[] =>
  fieldsOf(components).flatMap(({ key = '', label = key, validate = {}, type }) => {
    const value = values[key];
    const isEmpty = value === undefined || value === '' || value === null || (type === 'checkbox' && value !== true);
    if (isEmpty) return validate.required === true ? [`${label} is required.`] : [];
    const { min, max, minLength, maxLength, pattern } = validate;
    const found: string[] = [];
    if (typeof value === 'number') {
      if (min !== undefined && value < Number(min)) found.push(`${label} must be at least ${min}.`);
      if (max !== undefined && value > Number(max)) found.push(`${label} must be at most ${max}.`);
    }
    if (typeof value === 'string') {
      if (minLength !== undefined && value.length < Number(minLength))
        found.push(`${label} must have at least ${minLength} characters.`);
      if (maxLength !== undefined && value.length > Number(maxLength))
        found.push(`${label} must have at most ${maxLength} characters.`);
      if (pattern !== undefined && pattern !== '' && !matches(pattern, value))
        found.push(`${label} must match ${pattern}.`);
    }
    return found;
  });

/** A pattern that is no regular expression in the browser refuses nothing. */
const matches = (pattern: string, value: string): boolean => {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    return true;
  }
};

const optionsOf = ({ values = [], valuesKey }: FormComponent, variables: Values) => {
  const given = valuesKey === undefined ? undefined : variables[valuesKey];
  const list: readonly unknown[] = Array.isArray(given) ? given : values;
  return list.map((item) => {
    const { label, value } =
      typeof item === 'object' && item !== null
        ? (item as { readonly label?: string; readonly value: unknown })
        : { label: undefined, value: item };
    return { label: label ?? String(value), value };
  });
};

const Labelled = ({
  id,
  component: { label, key, description, validate },
  children,
}: {
  readonly id: string;
  readonly component: FormComponent;
  readonly children: ComponentChildren;
}) => (
  <div class="field">
    <label for={id}>
      {label ?? key}
      {validate?.required === true ? ' *' : ''}
    </label>
    {children}
    {description === undefined || description === '' ? null : <span class="faint">{description}</span>}
  </div>
);

const dateType = ({ subtype = 'date' }: FormComponent): 'date' | 'time' | 'datetime-local' =>
  subtype === 'datetime' ? 'datetime-local' : subtype === 'time' ? 'time' : 'date';

const TextInput = ({ id, component, values, onValue }: FieldProps & { readonly id: string }) => {
  const { key = '', type } = component;
  const value = values[key];
  const isFixed = component.disabled === true || component.readonly === true;
  const set = (text: string): void => onValue(key, text === '' ? undefined : text);
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  if (type === 'textarea') {
    return (
      <textarea id={id} rows={4} value={text} disabled={isFixed} onInput={(event) => set(event.currentTarget.value)} />
    );
  }
  const props = {
    ...{ id, value: text, disabled: isFixed },
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => set(event.currentTarget.value),
  };
  return type === 'datetime' ? <input type={dateType(component)} {...props} /> : <input type="text" {...props} />;
};

const NumberInput = ({ id, component, values, onValue }: FieldProps & { readonly id: string }) => {
  const { key = '' } = component;
  const value = values[key];
  return (
    <input
      id={id}
      type="number"
      step="any"
      disabled={component.disabled === true || component.readonly === true}
      value={value === undefined || value === null ? '' : String(value)}
      onInput={(event) =>
        onValue(key, event.currentTarget.value === '' ? undefined : event.currentTarget.valueAsNumber)
      }
    />
  );
};

const SelectInput = ({ id, component, values, onValue }: FieldProps & { readonly id: string }) => {
  const { key = '' } = component;
  const options = optionsOf(component, values);
  return (
    <select
      id={id}
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
const OptionsField = ({ component, values, onValue }: FieldProps) => {
  const name = useId();
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
      {optionsOf(component, values).map((option) => (
        <label class="check" key={String(option.value)}>
          <input
            type={isMany ? 'checkbox' : 'radio'}
            name={name}
            checked={chosen.includes(option.value)}
            onChange={(event) => toggle(option.value, event.currentTarget.checked)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
};

const Field = (props: FieldProps) => {
  const id = useId();
  const { component, values, onValue } = props;
  const { type, key = '', label, text } = component;
  switch (type) {
    case 'text':
      return <p class="form-text">{text}</p>;
    case 'separator':
      return <hr />;
    case 'spacer':
    case 'button':
      return null;
    case 'group':
      return (
        <fieldset class="group">
          <legend>{label}</legend>
          <FormFields components={component.components ?? []} values={values} onValue={onValue} />
        </fieldset>
      );
    case 'checkbox':
      return (
        <label class="check field">
          <input
            type="checkbox"
            checked={values[key] === true}
            disabled={component.disabled === true || component.readonly === true}
            onChange={(event) => onValue(key, event.currentTarget.checked)}
          />
          {label ?? key}
        </label>
      );
    case 'radio':
    case 'checklist':
    case 'taglist':
      return <OptionsField {...props} />;
    case 'select':
      return (
        <Labelled id={id} component={component}>
          <SelectInput id={id} {...props} />
        </Labelled>
      );
    case 'number':
      return (
        <Labelled id={id} component={component}>
          <NumberInput id={id} {...props} />
        </Labelled>
      );
    case 'textfield':
    case 'textarea':
    case 'datetime':
      return (
        <Labelled
          id={id}
          component={{ ...component, label: label ?? component.dateLabel ?? component.timeLabel ?? key }}
        >
          <TextInput id={id} {...props} />
        </Labelled>
      );
    default:
      return (
        <p class="faint">
          The form has the component “{label ?? key}” ({type}) here, which this page does not draw.
          {silent.has(type) ? '' : ' Enter its value as JSON.'}
        </p>
      );
  }
};

/** Whether the page does not draw a component that has a value. */
const isUndrawn = ({ type }: FormComponent): boolean =>
  groups.has(type)
    ? type === 'dynamiclist'
    : !['textfield', 'textarea', 'number', 'checkbox', 'select', 'radio', 'checklist', 'taglist', 'datetime'].includes(
        type,
      );

/** Whether all values of a form can be entered in it. */
export const canDraw = (components: readonly FormComponent[]): boolean => !fieldsOf(components).some(isUndrawn);

/** The fields of a form, in their order. */
export const FormFields = ({
  components,
  values,
  onValue,
}: {
  readonly components: readonly FormComponent[];
  readonly values: Values;
  readonly onValue: (key: string, value: unknown) => void;
}) => (
  <>
    {components.map((component, index) => (
      <Field key={component.id ?? component.key ?? index} component={component} values={values} onValue={onValue} />
    ))}
  </>
);
