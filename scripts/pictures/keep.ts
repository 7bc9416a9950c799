/** Keeps the screenshots that tests in a browser take: only `npm run pictures` does, since they differ a little each time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withPalette } from './palette.ts';

const folder = fileURLToPath(new URL('../../docs/pictures', import.meta.url));

/**
 * @param name without the ending
 * @param screenshot a PNG as the browser makes it
 */
export const keepPicture = (name: string, screenshot: Buffer): void => {
  if (process.env.KEEP_PICTURES) writeFileSync(join(folder, `${name}.png`), withPalette(screenshot));
};
