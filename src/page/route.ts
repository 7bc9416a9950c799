import { useEffect, useState } from 'preact/hooks';

/** Where the page is: the part of its address after `#`. */
export interface Route {
  /** The name of the view. */
  readonly view: string;
  /** What it is about, e.g. the key of an instance. */
  readonly id: string;
  readonly parameters: URLSearchParams;
}

/** A part of an address as text. One that was cut in the middle of a character stays as it is. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/**
 * Reads the part of an address after `#`.
 *
 * @example
 * readRoute('#/instance/2251799813685249?step=7'); // { view: 'instance', id: '2251799813685249', … }
 */
const readRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view = '', id = ''] = path.split('/');
  return { view: view === '' ? 'processes' : view, id: decoded(id), parameters: new URLSearchParams(query) };
};

/** The address of a view, for links. */
export const linkTo = (
  view: string,
  id = '',
  parameters: Readonly<Record<string, string | undefined>> = {},
): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given).toString();
  return `#/${view}${id === '' ? '' : `/${encodeURIComponent(id)}`}${query === '' ? '' : `?${query}`}`;
};

/** The address of the data of a view: of the one thing that its address names, or of all. */
export const withKey = (path: string, { id }: Route): string =>
  id === '' ? path : `${path}?key=${encodeURIComponent(id)}`;

/** Shows another view. */
export const go = (link: string): void => {
  location.hash = link;
};

/** Changes the address without a new entry in the history of the browser. */
const replaceLink = (link: string): void => {
  if (location.hash === link) return;
  history.replaceState(null, '', link);
  dispatchEvent(new HashChangeEvent('hashchange'));
};

/**
 * Changes a parameter of the address, so that a link to what is shown now leads to it.
 *
 * @param value empty: without it
 */
export const setParameter = (name: string, value: string): void => {
  const { view, id, parameters } = readRoute(location.hash);
  replaceLink(linkTo(view, id, { ...Object.fromEntries(parameters), [name]: value === '' ? undefined : value }));
};

/** The current route; the component is drawn anew when it changes. */
export const useRoute = (): Route => {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const listener = (): void => setHash(location.hash);
    addEventListener('hashchange', listener);
    return () => removeEventListener('hashchange', listener);
  }, []);
  return readRoute(hash);
};
