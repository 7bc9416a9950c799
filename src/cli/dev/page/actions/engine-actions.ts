import type { Variables } from '../../../../engine/index.ts';
import type { ActionsOf, Sources } from '../sources.ts';

/** The actions that need only the engine. */
type EngineActions = ActionsOf<
  | 'start'
  | 'cancel'
  | 'setVariables'
  | 'resolve'
  | 'publish'
  | 'broadcast'
  | 'fireTimer'
  | 'completeTask'
  | 'assignTask'
  | 'modify'
>;

/** Creates them. */
export const engineActions = ({ engine }: Sources, place: { readonly tenantId?: string }): EngineActions => ({
  start: ({ processId, version, variables }) =>
    engine().createInstance({
      ...{ bpmnProcessId: processId, variables, ...place },
      ...(version === undefined ? {} : { version }),
    }),
  cancel: ({ instance }) => engine().cancelInstance(instance),
  setVariables: ({ scope, variables, local }) => engine().setVariables(scope, variables as Variables, local),
  resolve: ({ incident }) => {
    const found = engine()
      .incidents()
      .find(({ key }) => key === incident);
    // A job without attempts would fail again at once.
    if (found !== undefined && found.jobKey !== '-1') engine().updateJobRetries(found.jobKey, 1);
    engine().resolveIncident(incident);
  },
  publish: (message) => ({ key: engine().publishMessage({ ...message, ...place }) }),
  broadcast: ({ name, variables }) => ({ key: engine().broadcastSignal(name, variables, place) }),
  fireTimer: ({ timer }) => engine().fireTimer(timer),
  completeTask: ({ task, variables }) => engine().completeUserTask(task, variables),
  assignTask: ({ task, assignee }) =>
    assignee === '' ? engine().unassignUserTask(task) : engine().assignUserTask(task, assignee),
  modify: ({ instance, activate, terminate }) =>
    engine().modifyInstance(instance, {
      activate: activate.map((elementId) => ({ elementId })),
      terminate: terminate.map((elementId) => ({ elementId })),
    }),
});
