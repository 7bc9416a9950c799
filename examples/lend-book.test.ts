/** Ten paths of a process, each a test of its own. */
import { test } from 'node:test';
import { scenarios } from 'camunda-connectors/testing';
import { lendBook, paths } from './lend-book.ts';

// #region test
scenarios(test, lendBook, paths);
// #endregion
