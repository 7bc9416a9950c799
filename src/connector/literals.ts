declare const nobody: unique symbol;

type Literal = '' | 0 | true | false | 0n | null | readonly Literal[] | { readonly [name: string]: Literal };

/**
 * A type that no value has. As a further member of what a function may return it tells the compiler to keep literals
 * (`{ status: 'ok' }`, not `{ status: string }`) while the schema's own type is not inferred yet, at any depth; without
 * it an author would have to write `as const` wherever the output schema names literals.
 */
export interface KeepLiterals {
  readonly [name: string]: Literal;
  readonly [nobody]: never;
}
