/** The parts of JSON Schema that an example depends on. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly title?: string;
  readonly description?: string;
}

const formats: Readonly<Record<string, string>> = {
  date: '2030-01-31',
  time: '09:00:00',
  'date-time': '2030-01-31T09:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  ipv4: '192.0.2.1',
  duration: 'PT1H',
};

const numberOf = ({ minimum, exclusiveMinimum, maximum }: JsonSchema): number => {
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1);
  const wanted = Math.max(1, least ?? 1);
  return maximum === undefined ? wanted : Math.min(wanted, maximum);
};

/** A schema that refers to itself has no end. */
const deepest = 6;

/**
 * A value that a schema describes, as an example. It is what the schema names itself, if it names one.
 *
 * @param name of the value, which is the text where nothing better is known
 * @example
 * exampleValue({ type: 'object', properties: { total: { type: 'number', minimum: 5 } } }); // { total: 5 }
 */
export const exampleValue = (schema: JsonSchema, name = 'text', depth = 0): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  const inner = (part: JsonSchema, partName = name): unknown => exampleValue(part, partName, depth + 1);
  if (depth >= deepest) return null;
  const alternative = (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== 'null');
  if (alternative !== undefined) return inner(alternative);
  if (schema.allOf !== undefined) {
    const parts = schema.allOf.map((part) => inner(part));
    return parts.every((part) => typeof part === 'object' && part !== null) ? Object.assign({}, ...parts) : parts[0];
  }
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.find((each) => each !== 'null');
  switch (type ?? (schema.properties === undefined ? undefined : 'object')) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(
            ([key, part]) =>
              (schema.required ?? []).includes(key) || part.default !== undefined || part.examples !== undefined,
          )
          .map(([key, part]) => [key, inner(part, key)]),
      );
    case 'array': {
      const items = schema.items;
      if (items === undefined) return [];
      return Array.isArray(items) ? items.map((item: JsonSchema) => inner(item)) : [inner(items as JsonSchema)];
    }
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return true;
    case 'string':
      return (formats[schema.format ?? ''] ?? name).padEnd(schema.minLength ?? 0, 'x');
    default:
      return null;
  }
};
