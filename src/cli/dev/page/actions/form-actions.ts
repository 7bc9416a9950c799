import { fault } from '../../../../common/fault.ts';
import type { DocumentReference } from '../../../../connector/document.ts';
import { largestDocumentRequest } from '../../../../engine/gateway/rest/operations/document-operations.ts';
import type { Key, MachineUserTask } from '../../../../engine/index.ts';
import { readForm } from '../contract/read-form.ts';
import type { EvaluatedForm } from '../contract.ts';
import { evaluateForm } from '../forms/evaluate-form.ts';
import { visibleVariables } from '../queries/tasks.ts';
import type { ActionsOf, Sources } from '../sources.ts';

/** The largest body with a file, in bytes: its content is in base64, beside a little more. */
export const largestFileBody: number = Math.ceil((largestDocumentRequest * 4) / 3) + 10_000;

const isClosed = (): Error =>
  fault('rejection', { what: 'The user task is not open any more.', fix: 'close the dialog and open it again.' });

/** The actions of the form of a user task: its expressions are evaluated, and its files stored as documents. */
export const formActions = ({ engine }: Sources): ActionsOf<'evaluateForm' | 'storeDocument'> => {
  const taskOf = (key: Key): MachineUserTask => {
    const task = engine()
      .userTasks()
      .find((each) => each.key === key);
    if (task === undefined) throw isClosed();
    return task;
  };
  return {
    evaluateForm: ({ task: key, values }): EvaluatedForm => {
      const task = taskOf(key);
      const content = task.formKey == null ? undefined : engine().resource(task.formKey)?.content;
      const form = content && readForm(Buffer.from(content).toString('utf8'));
      if (form === undefined) {
        throw fault('rejection', {
          what: 'The task has no form of form-js.',
          fix: 'close the dialog and open it again.',
        });
      }
      const { components, problems } = evaluateForm(form.components, visibleVariables(engine(), task), values);
      return { components, problems: [...form.problems, ...problems] };
    },
    storeDocument: ({ task: key, fileName, contentType, content }): Promise<DocumentReference> => {
      const { bpmnProcessId, processInstanceKey } = taskOf(key);
      return engine().documents.create({
        ...{ content: Buffer.from(content, 'base64'), fileName },
        ...(contentType === '' ? {} : { contentType }),
        ...{ processDefinitionId: bpmnProcessId, processInstanceKey },
      });
    },
  };
};
