import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import type { Parsed } from '../arguments.ts';

/** The options of `init`, for reading them and for `--help`. */
export const initOptions: ArgsDef = {
  javascript: { type: 'boolean', description: 'Write JavaScript; default: TypeScript' },
};

/** What `init` should do. */
export interface InitRequest {
  /** The folder of the project, as given; relative to the working directory. */
  readonly folder: string;
  readonly language: 'typescript' | 'javascript';
}

/**
 * Checks the arguments of `init`.
 *
 * @throws a fault of kind `definition` if there is more than one folder
 */
export const readInitRequest = ({ positionals, flags }: Parsed): InitRequest => {
  if (positionals.length > 1) {
    throw fault('definition', { what: 'init takes one folder.', fix: 'name one folder, or none for this one.' });
  }
  return { folder: positionals[0] ?? '.', language: flags.has('javascript') ? 'javascript' : 'typescript' };
};
