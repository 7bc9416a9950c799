/** Hooks of the module loader: they tell which files are imported. */
import type { MessagePort } from 'node:worker_threads';

let port: MessagePort | undefined;

/** Called by `register` with its data. */
export const initialize = (data: { readonly port: MessagePort }): void => {
  port = data.port;
};

interface Resolved {
  readonly url: string;
}

/** Tells the file of an import. */
export const resolve = async (
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Promise<Resolved>,
): Promise<Resolved> => {
  const result = await next(specifier, context);
  if (result.url.startsWith('file:')) port?.postMessage(result.url.replace(/[?#].*$/, ''));
  return result;
};
