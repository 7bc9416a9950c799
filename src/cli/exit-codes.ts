/** The exit codes of the program. */
export const exitCodes: Readonly<Record<'done' | 'failed' | 'usage' | 'stray', number>> = {
  /** Stopped as requested, the process instance of `--run` completed, or the templates are up to date. */
  done: 0,
  /** The connection or the runtime failed, the instance of `--run` did not complete, or `--check` found a difference. */
  failed: 1,
  /** The command line, a module, a file or a setting has to be fixed first. */
  usage: 2,
  /** A connector caused an error outside its `run` or `loop`. The runtime has returned its jobs and subscriptions. */
  stray: 3,
};
