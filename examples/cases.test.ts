/** Runs the test cases of Camunda's JSON format in examples/cases, with the connector "log" and mocks. */
import { test } from 'node:test';
import { testCases } from 'camunda-connectors/testing';
import { log } from './log.ts';

// #region test
const resources = ['examples/bpmn', 'examples/dmn'];
testCases(test, 'examples/cases', { resources, connectors: { outbound: [log] } });
// #endregion
