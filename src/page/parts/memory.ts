/** What the page remembers between two visits, in the browser. */

const prefix = 'camunda-connectors ';

/** What was remembered under a name; `undefined` if nothing was, or if the browser stores nothing. */
export const remembered = (name: string): string | undefined => {
  try {
    return localStorage.getItem(prefix + name) ?? undefined;
  } catch {
    return undefined;
  }
};

/** Remembers a text. A browser that stores nothing is not an error. */
export const remember = (name: string, text: string): void => {
  try {
    localStorage.setItem(prefix + name, text);
  } catch {
    // Private windows can refuse it.
  }
};
