import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { printable } from '../../common/printable.ts';
import { layOut, openCaseFile } from '../../testing/cases/record/case-file.ts';
import { conditionalStartsOf } from '../../testing/cases/record/conditional-starts.ts';
import { recordSteps } from '../../testing/cases/record/steps.ts';
import { testCaseOf } from '../../testing/cases/record/test-case-of.ts';
import type { StartPart } from './session.ts';

const testCommand = (file: string, resources: readonly string[]): string =>
  ['camunda-connectors test', file, ...resources.map((path) => `--resource ${path}`)].join(' ');

/** Writes a test case of what is done in the session, if `--record` names a file. */
export const recordCase: StartPart = async ({ request, context, engine, onRestore }) => {
  const { record: file, tenants, resources } = request;
  if (file === undefined) return {};
  if (tenants.length > 0) {
    throw fault('definition', {
      what: '--record does not work with --tenant: test cases have no tenants.',
      fix: 'leave out one of them.',
    });
  }
  const caseFile = await openCaseFile(resolve(context.folder, file), file);
  const began = new Date(engine.now()).toISOString();
  const recorder = recordSteps(engine);
  // What was undone is no part of the case.
  onRestore(recorder.mark, recorder.goBack);
  return {
    stop: async () => {
      recorder.stop();
      const ids = [
        ...new Set(engine.instances().flatMap(({ bpmnProcessId, internal }) => (internal ? [] : [bpmnProcessId]))),
      ];
      const name = `${ids.join(', ') || 'messages'}, recorded at ${began}`;
      const { testCase, notes } = testCaseOf(recorder.steps(), name, await conditionalStartsOf(engine));
      if (testCase.instructions.length === 0) {
        context.printError(`Nothing was recorded: nothing was done. ${file} is as before.\n`);
        return;
      }
      const description = [
        `Run it with ${testCommand(file, resources)}; if dates and times matter, with --now ${began}.`,
        ...notes,
      ].join(' ');
      const recorded = { name, description, instructions: testCase.instructions };
      try {
        await caseFile.add(recorded);
      } catch (error) {
        // The session cannot be had again.
        context.print(
          `The recorded test case could not be written to ${file}. Its text, for "testCases":\n${layOut(recorded, 2)}\n`,
        );
        throw error;
      }
      for (const note of notes) context.printError(`Warning: ${printable(note)}\n`);
      context.print(`Recorded a test case in ${file}. Run it: ${testCommand(file, resources)}\n`);
    },
  };
};
