/** A job's task headers: names and texts. */
export type Headers = Readonly<Record<string, string>>;

/** The text of a header; `undefined` when it is absent or blank, which counts as absent. */
export const headerText = (headers: Headers, name: string): string | undefined => {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return value === undefined || value.trim() === '' ? undefined : value;
};
