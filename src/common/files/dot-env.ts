import { parse } from 'dotenv';

/**
 * Reads the variables in a text of the format `.env`.
 *
 * @returns the values by name
 * @example
 * parseDotEnv('A=1 # note\nB="two words"'); // { A: '1', B: 'two words' }
 */
export const parseDotEnv = (text: string): Readonly<Record<string, string>> =>
  // Some editors begin a file with a byte order mark, which would become part of the first name.
  // The default parser takes minutes for a megabyte of blank lines; this one takes time in proportion to the text.
  parse(text.replace(/^\uFEFF/, ''), { fast: true });
