import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import { type Parsed, single } from '../arguments.ts';

/**
 * Where the Modeler finds templates by itself: it looks for this folder beside a diagram and in every folder above, so
 * that one at the top of a project serves all its diagrams, and everybody who checks the project out.
 */
export const defaultOut = '.camunda/element-templates';

/** The options of `template`, for reading them and for `--help`. */
export const templateOptions: ArgsDef = {
  out: {
    type: 'string',
    valueHint: 'DIR',
    description: `Folder for the files; default: ${defaultOut}, where the Modeler looks`,
  },
  'single-file': { type: 'boolean', description: 'Write one file connectors.json with all templates in a list' },
  check: { type: 'boolean', description: 'Write nothing; show what is stale, missing or left over, and end with 1' },
  watch: { type: 'boolean', description: 'Write again whenever a source file changes, until SIGINT' },
  'version-bump': {
    type: 'boolean',
    description: 'Give the next version to what has changed; the old one goes to versioned/',
  },
};

/** What `template` was asked for. */
export interface TemplateRequest {
  readonly modules: readonly string[];
  /** As given, or the default; relative to the working directory. */
  readonly out: string;
  readonly single: boolean;
  readonly check: boolean;
  readonly watch: boolean;
  readonly bump: boolean;
}

/** Checks what `template` was given. Throws a fault of kind `definition`. */
export const readTemplateRequest = (parsed: Parsed): TemplateRequest => {
  const { positionals, flags } = parsed;
  const out = single(parsed.options, 'out');
  if (out === '') throw fault('definition', { what: '--out needs a folder.', fix: `leave it out for ${defaultOut}` });
  for (const other of ['watch', 'version-bump']) {
    if (flags.has('check') && flags.has(other)) {
      throw fault('definition', { what: `--check writes nothing, so --${other} has no meaning with it.` });
    }
  }
  return {
    modules: positionals,
    out: out ?? defaultOut,
    single: flags.has('single-file'),
    check: flags.has('check'),
    watch: flags.has('watch'),
    bump: flags.has('version-bump'),
  };
};

/** The command that writes what this request checks. */
export const rerunText = ({ modules, out, single: one }: TemplateRequest): string =>
  [
    'camunda-connectors template',
    ...modules,
    ...(out === defaultOut ? [] : ['--out', out]),
    ...(one ? ['--single-file'] : []),
  ].join(' ');
