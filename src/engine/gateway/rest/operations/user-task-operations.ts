import { fault } from '../../../../common/fault.ts';
import type { StartTimer } from '../../../../common/timer.ts';
import type { MachineHost } from '../../../host/machine-host.ts';
import type { TaskChanges } from '../../../host/task-changes.ts';
import type { ElementActivation, UserTaskChanges } from '../../../machine/types.ts';
import { invalidArgument } from '../../call-status.ts';
import { readVariables } from '../../messages/grpc-messages.ts';
import { parseBody, readFields } from '../fields.ts';
import { noContent, type Operation, type OperationAnswer, type OperationRequest } from '../operation.ts';

/** What the operations need. */
export interface UserTaskServices {
  readonly host: MachineHost;
  readonly changes: TaskChanges;
  readonly startTimer: StartTimer;
}

/** Milliseconds for which a gateway waits for the listeners of a user task. */
const patience = 10_000;

/** The change is not undone: it takes effect when the listeners answer. */
const late = (): Error =>
  fault(
    'connection',
    {
      what: `The listeners of the user task have not answered within ${patience / 1_000} seconds. The change takes effect when they do.`,
      fix: 'start a worker for the job type of the listener.',
    },
    { status: 'DEADLINE_EXCEEDED' as const },
  );

const direct = (act: (request: OperationRequest) => OperationAnswer | Promise<OperationAnswer>): Operation => ({
  kind: 'direct',
  act,
});

const fieldsOf = ({ body }: OperationRequest): Readonly<Record<string, unknown>> => parseBody(body.toString('utf8'));

const readActivations = (elements: readonly Readonly<Record<string, unknown>>[]): readonly ElementActivation[] =>
  elements.map((element) => {
    const { elementId, variables = '' } = readFields('activateAdHocSubProcessActivities', element, {
      ...({ 'elementId!': 'text', variables: 'document' } as const),
    });
    return { elementId, variables: readVariables(variables) };
  });

/** The operations on user tasks, ad-hoc subprocesses and variables, by method and path. */
export const userTaskOperations = (services: UserTaskServices): Readonly<Record<string, Operation>> => {
  const { host, changes, startTimer } = services;

  /** Answers without content when a change has taken effect. */
  const changed = (change: Promise<unknown>): Promise<OperationAnswer> =>
    new Promise((resolve, reject) => {
      const stop = startTimer(patience, () => reject(late()));
      change.then(() => resolve(noContent), reject).finally(stop);
    });

  return {
    'POST /user-tasks/*/assignment': direct((request) => {
      const fields = readFields('assignUserTask', fieldsOf(request), {
        ...({ 'assignee!': 'text', allowOverride: 'boolean', action: 'text' } as const),
      });
      const { assignee, allowOverride = true, action } = fields;
      return changed(changes.assign(request.keys[0]!, assignee, allowOverride, action));
    }),
    'DELETE /user-tasks/*/assignee': direct(({ keys }) => changed(changes.unassign(keys[0]!))),
    'PATCH /user-tasks/*': direct((request) => {
      const { changeset, action } = readFields('updateUserTask', fieldsOf(request), {
        ...({ changeset: 'object', action: 'text' } as const),
      });
      if (changeset === undefined) throw invalidArgument('The request of updateUserTask has no changeset.');
      return changed(changes.update(request.keys[0]!, changeset as UserTaskChanges, action));
    }),
    'POST /user-tasks/*/completion': direct((request) => {
      const { variables = '', action } = readFields('completeUserTask', fieldsOf(request), {
        ...({ variables: 'document', action: 'text' } as const),
      });
      return changed(changes.complete(request.keys[0]!, readVariables(variables), action));
    }),
    'PUT /element-instances/*/variables': direct((request) => {
      const fields = readFields('createElementInstanceVariables', fieldsOf(request), {
        ...({ 'variables!': 'document', local: 'boolean', operationReference: 'integer' } as const),
      });
      const { variables, local = false } = fields;
      return changed(changes.setVariables(request.keys[0]!, readVariables(variables), local));
    }),
    'POST /element-instances/ad-hoc-activities/*/activation': direct((request) => {
      const { elements, cancelRemainingInstances = false } = readFields(
        'activateAdHocSubProcessActivities',
        fieldsOf(request),
        { 'elements!': 'objects', cancelRemainingInstances: 'boolean' },
      );
      const activations = readActivations(elements);
      host.run((machine) => machine.activateAdHocActivities(request.keys[0]!, activations, cancelRemainingInstances));
      return noContent;
    }),
  };
};
