const prefix = 'mock of ';

/** The name of a file that replaces a process or a decision in a test. */
export const mockFileName = (id: string, extension: 'bpmn' | 'dmn'): string => `${prefix}${id}.${extension}`;

/** Tells whether a deployed file is a mock, and not one of the user's files. */
export const isMockFile = (resourceName: string): boolean => resourceName.startsWith(prefix);
