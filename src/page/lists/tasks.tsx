import { useState } from 'preact/hooks';
import type { Rows, TaskRow } from '../../cli/dev/page/contract.ts';
import { act, useOnce, useRows } from '../data.ts';
import { lazy } from '../lazy.tsx';
import { ActionButton, Dialog, Empty, More, NotShown, OnlyOne, State, TextField } from '../parts/controls.tsx';
import { shortKey } from '../parts/format.ts';
import { linkTo, withKey } from '../route.ts';
import type { ViewProps } from '../views/props.ts';
import { Value } from '../views/variables.tsx';

const CompleteTask = lazy(async () => (await import('../forms/complete-task.tsx')).CompleteTask);

const AssignDialog = ({ task, onClose }: { readonly task: TaskRow; readonly onClose: () => void }) => {
  const [assignee, setAssignee] = useState(task.assignee ?? '');
  return (
    <Dialog title={`Assign ${task.name}`} onClose={onClose}>
      <TextField label="Assignee (empty: nobody)" value={assignee} onInput={setAssignee} list={task.candidateUsers} />
      <footer>
        <span class="space" />
        <ActionButton
          kind="main"
          action={async () => {
            await act('assignTask', { task: task.key, assignee });
            onClose();
          }}
        >
          Assign
        </ActionButton>
      </footer>
    </Dialog>
  );
};

/** The list has only the beginning of large variables, but a form needs them as a whole. */
const CompleteDialog = ({ task, onClose }: { readonly task: TaskRow; readonly onClose: () => void }) => {
  const { value, error } = useOnce<Rows<TaskRow>>(`/data/tasks?key=${task.key}`);
  const whole = value?.rows[0];
  if (whole !== undefined) return <CompleteTask task={whole} onClose={onClose} />;
  return error === undefined ? null : (
    <Dialog title={`Complete ${task.name}`} onClose={onClose}>
      <Empty>{error}</Empty>
    </Dialog>
  );
};

const candidatesText = ({ candidateUsers, candidateGroups }: TaskRow): string =>
  [...candidateUsers.map((user) => `user ${user}`), ...candidateGroups.map((group) => `group ${group}`)].join(', ');

const TaskItem = ({ task }: { readonly task: TaskRow }) => {
  const [dialog, setDialog] = useState<'complete' | 'assign'>();
  const close = (): void => setDialog(undefined);
  const candidates = candidatesText(task);
  return (
    <li>
      <strong>
        <a href={linkTo('tasks', task.key)}>{task.name}</a>
      </strong>{' '}
      <State of={task.state} />{' '}
      <a
        href={linkTo('instance', task.instance, { element: task.elementId })}
      >{`${task.process} ${shortKey(task.instance)}`}</a>
      <p class="faint">
        {task.assignee === null ? 'Assigned to nobody' : `Assigned to ${task.assignee}`}
        {candidates === '' ? '' : `; candidates: ${candidates}`}
        {task.dueDate === null ? '' : `; due ${task.dueDate}`}; priority {task.priority}
      </p>
      <Value value={task.variables} />
      <p class="actions">
        <button type="button" class="main acts" onClick={() => setDialog('complete')}>
          Complete …
        </button>
        <button type="button" class="plain acts" onClick={() => setDialog('assign')}>
          Assign …
        </button>
      </p>
      {dialog === 'complete' ? <CompleteDialog task={task} onClose={close} /> : null}
      {dialog === 'assign' ? <AssignDialog task={task} onClose={close} /> : null}
    </li>
  );
};

/** The user tasks that are open, with their forms. */
export const TasksView = ({ route }: ViewProps) => {
  const { value, error, showMore } = useRows<Rows<TaskRow>>(withKey('/data/tasks', route), 50);
  if (value === undefined) return <NotShown error={error} all={linkTo('tasks')} />;
  return (
    <section aria-label="User tasks">
      <header class="bar">
        <h1>User tasks</h1>
      </header>
      {route.id === '' ? null : <OnlyOne all={linkTo('tasks')} />}
      {value.rows.length === 0 ? (
        <Empty>No user task is open. One appears here when an instance reaches it.</Empty>
      ) : null}
      <ul class="cards">
        {value.rows.map((task) => (
          <TaskItem key={task.key} task={task} />
        ))}
      </ul>
      <More count={value.more} onMore={showMore} />
    </section>
  );
};
