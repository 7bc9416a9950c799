/** Tests the process that waits for a file: it arrives at once, late, or never. */
import { test } from 'node:test';
import { scenarios } from 'camunda-connectors/testing';
import { paths, remind } from './remind.ts';

scenarios(test, remind, paths);
