/**
 * Draws the forms of form-js, whose expressions the server has evaluated. Values of components that are not known are entered as JSON.
 */
import { useId } from 'preact/hooks';
import {
  type FormPath,
  isList,
  pathOf,
  rowComponents,
  rowsAt,
  silentTypes,
  valueAt,
} from '../../cli/dev/page/contract/form-fields.ts';
import type { FormComponent } from '../../cli/dev/page/contract.ts';
import { ActionButton } from '../parts/controls.tsx';
import { jsonText } from '../parts/json.ts';
import { FilePicker } from './documents.tsx';
import {
  CheckboxField,
  type FieldProps,
  type FormState,
  isFixedField,
  Labelled,
  marksOf,
  NumberInput,
  OptionsField,
  ProblemText,
  problemOf,
  SelectInput,
  TextInput,
} from './fields.tsx';
import { FormContent } from './form-content.tsx';
import { newRow } from './form-values.ts';

/** The button of a form: it does the same as those of the dialog. */
const FormButton = ({ component, form }: FieldProps) => (
  <p>
    {component.action === 'reset' ? (
      <button type="button" class="plain acts" onClick={form.onReset}>
        {component.label ?? 'Reset'}
      </button>
    ) : (
      <ActionButton action={form.onSubmit}>{component.label ?? 'Submit'}</ActionButton>
    )}
  </p>
);

/** The rows of a list, each with the same fields. */
const DynamicList = ({ component, path, form }: FieldProps) => {
  const { label = '', allowAddRemove, components = [] } = component;
  const rows = rowsAt(form.values, path);
  const name = label === '' ? 'the list' : label;
  const canChange = allowAddRemove === true && components.length > 0 && !isFixedField(component);
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      {rows.map((_, index) => (
        <fieldset class="form-row" aria-label={`Row ${index + 1} of ${name}`} key={index}>
          <div>
            <FormFields components={rowComponents(component, index)} around={[...path, index]} form={form} />
          </div>
          {canChange ? (
            <button
              type="button"
              class="quiet"
              aria-label={`Remove row ${index + 1} of ${name}`}
              onClick={() =>
                form.onValue(
                  path,
                  rows.filter((__, each) => each !== index),
                )
              }
            >
              ✕
            </button>
          ) : null}
        </fieldset>
      ))}
      {rows.length === 0 ? <p class="faint">There are no rows.</p> : null}
      {canChange ? (
        <button type="button" class="plain acts" onClick={() => form.onValue(path, [...rows, newRow(component)])}>
          Add a row to {name}
        </button>
      ) : null}
    </fieldset>
  );
};

/** What is around other components, which may have a label. */
const Group = ({ component: { label, components = [] }, path, form }: FieldProps) => (
  <fieldset class="group">
    {label === undefined || label === '' ? null : <legend>{label}</legend>}
    <FormFields components={components} around={path} form={form} />
  </fieldset>
);

const Field = (field: FieldProps) => {
  const id = useId();
  const { component, path, form } = field;
  const { type, key = '', label } = component;
  switch (type) {
    case 'separator':
      return <hr />;
    case 'spacer':
      return <div style={{ height: `${Math.min(Math.max(Number(component.height) || 60, 0), 1_000)}px` }} />;
    case 'button':
      return <FormButton {...field} />;
    case 'expression':
      return (
        <p class="faint">
          {key} = <code>{jsonText(component.computed ?? null)}</code>, computed
        </p>
      );
    case 'group':
      return <Group {...field} />;
    case 'dynamiclist':
      return isList(component) ? <DynamicList {...field} /> : <Group {...field} />;
    case 'checkbox':
      return <CheckboxField id={id} {...field} />;
    case 'radio':
    case 'checklist':
    case 'taglist':
      return <OptionsField {...field} />;
    case 'select':
      return (
        <Labelled id={id} field={field}>
          <SelectInput id={id} {...field} />
        </Labelled>
      );
    case 'number':
      return (
        <Labelled id={id} field={field}>
          <NumberInput id={id} {...field} />
        </Labelled>
      );
    case 'textfield':
    case 'textarea':
    case 'datetime':
      return (
        <Labelled id={id} field={field}>
          <TextInput id={id} {...field} />
        </Labelled>
      );
    case 'filepicker': {
      const documents = valueAt(form.values, path);
      return (
        <Labelled id={id} field={field}>
          <FilePicker
            id={id}
            component={component}
            documents={Array.isArray(documents) ? documents : []}
            isFixed={isFixedField(component)}
            marks={marksOf(id, problemOf(field))}
            store={form.store}
            onChange={(references) => form.onValue(path, references.length === 0 ? undefined : references)}
          />
        </Labelled>
      );
    }
    default:
      if (silentTypes.has(type)) return <FormContent component={component} />;
      return (
        <p class="faint">
          The form has the component “{label ?? key}” ({type}) here, which this page does not draw. Enter its value as
          JSON. <ProblemText id={id} problem={problemOf(field)} />
        </p>
      );
  }
};

/** The fields of a form, in their order. */
export const FormFields = ({
  components,
  around,
  form,
}: {
  readonly components: readonly FormComponent[];
  /** The path of what is around them. */
  readonly around: FormPath;
  readonly form: FormState;
}) => (
  <>
    {components.map((component, index) => (
      <Field
        key={component.id ?? component.key ?? index}
        component={component}
        path={pathOf(component, around)}
        form={form}
      />
    ))}
  </>
);
