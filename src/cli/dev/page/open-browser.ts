import { spawn } from 'node:child_process';

/** The program that opens an address, by platform. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '""'],
};

/**
 * Opens an address in the browser of the user. It does not wait for the browser.
 *
 * @param failed called if no program opens addresses here
 */
export const openBrowser = (address: string, failed: () => void): void => {
  const [program = 'xdg-open', ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: process.platform !== 'win32' });
  child.once('error', failed);
  child.unref();
};
