/** Ten paths of a process, each a test of its own. */
// #region test
import { test } from 'node:test';
import { scenarios } from 'camunda-connectors/testing';
import { lendBook, paths } from './lend-book.ts';

scenarios(test, lendBook, paths);
// #endregion
