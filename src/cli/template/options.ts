import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import { type Parsed, single } from '../arguments.ts';

/**
 * The Modeler searches this folder beside a diagram and in every parent folder. At the top of a project it serves all
 * diagrams of the project, for everyone who checks the project out.
 */
export const defaultOut = '.camunda/element-templates';

/** The options of `template`, for reading them and for `--help`. */
export const templateOptions: ArgsDef = {
  out: {
    type: 'string',
    valueHint: 'DIR',
    description: `Output folder; default: ${defaultOut}, where the Modeler looks`,
  },
  'single-file': { type: 'boolean', description: 'Write all templates to one file, connectors.json, as a list' },
  check: {
    type: 'boolean',
    description: 'Write nothing; list stale, missing and left-over templates, and exit with 1 if there are any',
  },
  watch: { type: 'boolean', description: 'Write the templates again whenever a source file changes, until stopped' },
  'version-bump': {
    type: 'boolean',
    description: 'Raise the version of each changed template and move the old one to versioned/',
  },
};

/** What `template` should do. */
export interface TemplateRequest {
  readonly modules: readonly string[];
  /** As given, or the default; relative to the working directory. */
  readonly out: string;
  readonly single: boolean;
  readonly check: boolean;
  readonly watch: boolean;
  readonly bump: boolean;
}

/**
 * Checks the arguments of `template`.
 *
 * @throws a fault of kind `definition` that names the wrong option
 */
export const readTemplateRequest = (parsed: Parsed): TemplateRequest => {
  const { positionals, flags } = parsed;
  const out = single(parsed.options, 'out');
  if (out === '') {
    throw fault('definition', { what: '--out must name a folder.', fix: `omit the option to write to ${defaultOut}.` });
  }
  for (const other of ['watch', 'version-bump']) {
    if (flags.has('check') && flags.has(other)) {
      throw fault('definition', {
        what: `--check writes nothing, so it cannot be combined with --${other}.`,
        fix: 'omit one of them.',
      });
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

/** The command line that writes the templates that this request checks. */
export const rerunText = ({ modules, out, single: one }: TemplateRequest): string =>
  [
    'camunda-connectors template',
    ...modules,
    ...(out === defaultOut ? [] : ['--out', out]),
    ...(one ? ['--single-file'] : []),
  ].join(' ');
