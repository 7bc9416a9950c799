import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fault } from '../../common/fault.ts';

interface Format {
  readonly mediaType: string;
  readonly fits: (content: Buffer) => boolean;
}

const formats: Readonly<Record<string, Format>> = {
  svg: { mediaType: 'image/svg+xml', fits: (content) => content.includes('<svg') },
  png: { mediaType: 'image/png', fits: (content) => content.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n' },
};

/** Anything else is a file: an address has a scheme of more than one letter, unlike a drive of Windows. */
const isAddress = (icon: string): boolean => /^[a-z][a-z\d+.-]+:/i.test(icon) && !icon.startsWith('file:');

/**
 * An icon as templates hold it. A data URI or a web address stays; the file of an .svg or .png image becomes a data URI.
 *
 * Throws a fault of kind `definition` when the file cannot be read or is no such image.
 *
 * @param icon as the definition names it; a path is seen from the module that exports the connector
 * @param moduleUrl address of that module
 *
 * @example
 * resolveIcon('./slack.svg', import.meta.url); // 'data:image/svg+xml;base64,PHN2Zy…'
 */
export const resolveIcon = (icon: string, moduleUrl: string): string => {
  if (isAddress(icon)) return icon;
  const path = icon.startsWith('file:') ? fileURLToPath(icon) : resolve(dirname(fileURLToPath(moduleUrl)), icon);
  const format = formats[/\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  if (format === undefined) {
    throw fault('definition', {
      what: `The icon ${icon} is neither .svg nor .png.`,
      fix: 'convert it to one of them.',
    });
  }
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    throw fault('definition', {
      what: `The icon ${icon} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'name it as seen from the module that exports the connector.',
      cause,
    });
  }
  if (format.fits(content)) return `data:${format.mediaType};base64,${content.toString('base64')}`;
  throw fault('definition', { what: `The icon ${icon} is no ${format.mediaType} image.`, fix: 'check the file.' });
};
