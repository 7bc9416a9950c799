/** Runs the test cases of Camunda's JSON format in examples/cases, with the connector "log" and mocks. */
// #region test
import { test } from 'node:test';
import { testCases } from 'camunda-connectors/testing';
import { log } from './log.ts';

testCases(test, 'examples/cases', { resources: 'examples/bpmn', connectors: { outbound: [log] } });
// #endregion
