/** The exit codes of the program. */
export const exitCodes: Readonly<Record<'done' | 'failed' | 'usage', number>> = {
  /** Stopped as asked, the process instance of `--run` completed, or the templates are as they should be. */
  done: 0,
  /** The connection or the runtime failed, the instance of `--run` did not complete, or `--check` found a difference. */
  failed: 1,
  /** Something in the command line, the modules, the files or the settings has to be changed first. */
  usage: 2,
};

/** What a command needs of the process around it. */
export interface CliContext {
  /** Where paths and packages are looked for. */
  readonly folder: string;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Whether the output goes to a terminal that shows colours. */
  readonly colours: boolean;
}
