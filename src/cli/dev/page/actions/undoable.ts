import { asStep } from '../../actions/action-steps.ts';
import type { Actions } from '../contract.ts';
import type { StepsBack } from '../steps-back.ts';

type Titles = { readonly [Name in keyof Actions]?: (body: Actions[Name]) => string };

const instancesText = (count: number): string => `${count} instance${count === 1 ? '' : 's'}`;

/** How the list of actions to undo names them. An action without a title cannot be undone. */
const titles: Titles = {
  start: ({ processId }) => `Start an instance of ${processId}`,
  cancel: ({ instance }) => `Cancel the instance ${instance}`,
  setVariables: ({ variables }) => `Set ${Object.keys(variables).join(', ')}`,
  resolve: () => 'Resolve an incident',
  retry: () => 'Retry a job',
  completeJob: () => 'Complete a job',
  throwError: ({ code }) => `Throw the error ${code}`,
  publish: ({ name, correlationKey }) =>
    `Publish ${name}${correlationKey === '' ? '' : ` with the key ${correlationKey}`}`,
  broadcast: ({ name }) => `Broadcast the signal ${name}`,
  fireTimer: () => 'Fire a timer',
  clock: (body) => (body.action === 'advance' ? 'Move the clock' : `Clock: ${body.action}`),
  completeTask: () => 'Complete a user task',
  assignTask: ({ assignee }) => (assignee === '' ? 'Unassign a user task' : `Assign a user task to ${assignee}`),
  tryConnector: ({ type }) => `Try the connector ${type}`,
  migrate: ({ instances }) => `Migrate ${instancesText(instances.length)}`,
  startAnew: ({ instances }) => `Start ${instancesText(instances.length)} anew`,
  resend: ({ number }) => (number === undefined ? 'Send the last call again' : `Send the call ${number} again`),
  modify: ({ instance }) => `Modify the instance ${instance}`,
};

type AnyAction = (body: never) => unknown;

/** The same actions, each of which can be undone: the state before it is saved. One that is refused leaves no step. */
export const undoable = (
  actions: Readonly<Record<string, AnyAction>>,
  steps: StepsBack,
): Readonly<Record<string, AnyAction>> =>
  Object.fromEntries(
    Object.entries(actions).map(([name, action]): readonly [string, AnyAction] => {
      const title = titles[name as keyof Actions] as ((body: unknown) => string) | undefined;
      if (title === undefined) return [name, action];
      return [name, (body) => asStep(steps, title(body), () => action(body))];
    }),
  );
