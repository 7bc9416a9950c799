/** A JSON value. Integers beyond 2^53 are of type bigint. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json };

/** Variables by name. */
export type Variables = Readonly<Record<string, Json>>;

/** A key of the engine: a 64-bit integer as decimal text. */
export type Key = string;
