import { useId, useState } from 'preact/hooks';
import { digitsOf, readJson, shortJson } from '../parts/json.ts';

/** The parts of JSON Schema that a form is made from. */
export interface FormSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, FormSchema>>;
  readonly required?: readonly string[];
  readonly title?: string;
  readonly description?: string;
}

type Values = Readonly<Record<string, unknown>>;

/** A schema that only tells what a value may be, and whose one field is JSON, takes any value. */
const JsonInput = ({
  id,
  value,
  onValue,
}: {
  readonly id: string;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
}) => {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, undefined, 2));
  const [problem, setProblem] = useState('');
  const read = (next: string): void => {
    setText(next);
    try {
      onValue(next.trim() === '' ? undefined : readJson(next));
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <textarea
        id={id}
        class="code"
        rows={Math.min(8, text.split('\n').length + 1)}
        spellcheck={false}
        value={text}
        aria-invalid={problem !== ''}
        onInput={(event) => read(event.currentTarget.value)}
      />
      <span class="error">{problem}</span>
    </>
  );
};

const Choice = ({
  id,
  choices,
  value,
  onValue,
}: {
  readonly id: string;
  readonly choices: readonly unknown[];
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
}) => (
  <select
    id={id}
    value={String(choices.indexOf(value))}
    onChange={(event) => onValue(choices[Number(event.currentTarget.value)])}
  >
    <option value="-1">–</option>
    {choices.map((choice, index) => (
      <option key={String(choice)} value={String(index)}>
        {typeof choice === 'string' ? choice : shortJson(choice)}
      </option>
    ))}
  </select>
);

/** The number that was entered, with all its digits. */
const numberOf = ({ value, valueAsNumber }: HTMLInputElement): unknown => {
  if (value === '') return undefined;
  try {
    return readJson(value);
  } catch {
    // A field takes texts that JSON does not, such as ".5".
    return valueAsNumber;
  }
};

const plainType = ({ type }: FormSchema): string | undefined =>
  typeof type === 'string' ? type : type?.find((each) => each !== 'null');

const Input = ({
  id,
  schema,
  value,
  onValue,
}: {
  readonly id: string;
  readonly schema: FormSchema;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
}) => {
  const choices = schema.const === undefined ? schema.enum : [schema.const];
  if (choices !== undefined) return <Choice id={id} choices={choices} value={value} onValue={onValue} />;
  switch (plainType(schema)) {
    case 'string':
      return (
        <input
          id={id}
          type="text"
          value={typeof value === 'string' ? value : ''}
          onInput={(event) => onValue(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        />
      );
    case 'number':
    case 'integer':
      return (
        <input
          id={id}
          type="number"
          step="any"
          value={digitsOf(value) ?? ''}
          onInput={(event) => onValue(numberOf(event.currentTarget))}
        />
      );
    case 'boolean':
      return (
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onValue(event.currentTarget.checked)}
        />
      );
    default:
      return <JsonInput id={id} value={value} onValue={onValue} />;
  }
};

/** One field, or a group of fields for an object. */
const Field = ({
  name,
  schema,
  isRequired,
  value,
  onValue,
}: {
  readonly name: string;
  readonly schema: FormSchema;
  readonly isRequired: boolean;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
}) => {
  const id = useId();
  const label = `${schema.title ?? name}${isRequired ? ' *' : ''}`;
  if (schema.properties !== undefined) {
    return (
      <fieldset class="group">
        <legend>{label}</legend>
        <SchemaForm schema={schema} values={(value ?? {}) as Values} onValues={onValue} />
      </fieldset>
    );
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Input id={id} schema={schema} value={value} onValue={onValue} />
      {schema.description === undefined ? null : <span class="faint">{schema.description}</span>}
    </div>
  );
};

/** The fields of a schema of an object. A field without a value is left out of the values. */
export const SchemaForm = ({
  schema,
  values,
  onValues,
}: {
  readonly schema: FormSchema;
  readonly values: Values;
  readonly onValues: (values: Values) => void;
}) => (
  <>
    {Object.entries(schema.properties ?? {}).map(([name, part]) => (
      <Field
        key={name}
        name={name}
        schema={part}
        isRequired={schema.required?.includes(name) === true}
        value={values[name]}
        onValue={(value) => {
          const { [name]: _, ...rest } = values;
          onValues(value === undefined ? rest : { ...rest, [name]: value });
        }}
      />
    ))}
  </>
);
