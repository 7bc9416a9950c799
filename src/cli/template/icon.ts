import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fault } from '../../common/fault.ts';
import { fileLimits, readFileWithinSync } from '../../common/files/read-file.ts';

interface Format {
  readonly mediaType: string;
  readonly fits: (content: Buffer) => boolean;
}

const formats: Readonly<Record<string, Format>> = {
  svg: { mediaType: 'image/svg+xml', fits: (content) => content.includes('<svg') },
  png: { mediaType: 'image/png', fits: (content) => content.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n' },
};

/** Whether an icon is a URL, not a file. A scheme has more than one letter, unlike a Windows drive. */
const isUrl = (icon: string): boolean => /^[a-z][a-z\d+.-]+:/i.test(icon) && !icon.startsWith('file:');

/**
 * Converts an icon to the form that templates need. URLs and data URIs stay as they are; an .svg or .png file becomes a
 * data URI.
 *
 * @param icon a URL, or a path relative to the module that exports the connector
 * @param moduleUrl URL of that module
 * @throws a fault of kind `definition` if the file cannot be read or is not an image of that format
 * @example
 * resolveIcon('./slack.svg', import.meta.url); // 'data:image/svg+xml;base64,PHN2Zy…'
 */
export const resolveIcon = (icon: string, moduleUrl: string): string => {
  if (isUrl(icon)) return icon;
  const path = icon.startsWith('file:') ? fileURLToPath(icon) : resolve(dirname(fileURLToPath(moduleUrl)), icon);
  const format = formats[/\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  if (format === undefined) {
    throw fault('definition', {
      what: `The icon ${icon} must be an .svg or .png file.`,
      fix: 'convert it to one of these formats.',
    });
  }
  let content: Buffer;
  try {
    content = readFileWithinSync(path, fileLimits.settings);
  } catch (cause) {
    throw fault('definition', {
      what: `The icon ${icon} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'give its path relative to the module that exports the connector.',
      cause,
    });
  }
  if (format.fits(content)) return `data:${format.mediaType};base64,${content.toString('base64')}`;
  throw fault('definition', {
    what: `The icon ${icon} is not an ${format.mediaType} file.`,
    fix: 'check the content of the file.',
  });
};
