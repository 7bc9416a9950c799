/** Folders that do not outlive the process. */
import { rmSync } from 'node:fs';

/** Removes a folder when the process exits by itself or by `process.exit`. */
export const removeAtExit = (folder: string): void => {
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
};
