/** The built-in scalar types of Protocol Buffers. */
export type ScalarType = 'string' | 'bytes' | 'bool' | 'int32' | 'int64' | 'uint64';

/** Whether a field is optional, repeated or part of a `oneof`. Without a rule, an absent field reads as its type's default. */
export type FieldRule =
  /** The field can be told apart from an absent one even when it has the default value. */
  | 'optional'
  | 'repeated'
  /** At most one of the fields with this name is set. */
  | { readonly oneof: string };

/** The number of a field, its type (a {@link ScalarType}, or the name of a message or an enum) and its rule. */
export type Field = readonly [number: number, type: string, rule?: FieldRule];

/** Messages by name, each with its fields by name. A name with a dot is nested in the message before the dot. */
export type Messages = Readonly<Record<string, Readonly<Record<string, Field>>>>;

/** Enums by name, each with its values in the order of their numbers, from 0. */
export type Enums = Readonly<Record<string, readonly string[]>>;
