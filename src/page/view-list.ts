import type { FunctionComponent } from 'preact';
import type { Overview } from '../cli/dev/page/contract.ts';
import { lazy } from './lazy.tsx';
import { InstanceView } from './views/instance.tsx';
import { JobsView } from './views/jobs.tsx';
import { LogView } from './views/log.tsx';
import { ProcessesView } from './views/processes.tsx';
import type { ViewProps } from './views/props.ts';

/** Views that are opened less often load when they are. */
const MessagesView = lazy(async () => (await import('./lists/messages.tsx')).MessagesView);
const TimersView = lazy(async () => (await import('./lists/timers.tsx')).TimersView);
const TasksView = lazy(async () => (await import('./lists/tasks.tsx')).TasksView);
const DecisionsView = lazy(async () => (await import('./lists/decisions.tsx')).DecisionsView);
const WebhooksView = lazy(async () => (await import('./lists/webhooks.tsx')).WebhooksView);
const ConnectorsView = lazy(async () => (await import('./lists/connectors.tsx')).ConnectorsView);

/** A view with its place in the rail. */
export interface View {
  /** The first part of its address. */
  readonly name: string;
  readonly title: string;
  readonly View: FunctionComponent<ViewProps>;
  /** Whether the rail has a link to it. */
  readonly inRail: boolean;
  /** The view whose link is marked. */
  readonly rail: string;
  /** The number beside its link. */
  readonly count?: (counts: Overview['counts']) => number;
}

/** All views, in the order of the rail. */
export const views: readonly View[] = [
  { name: 'processes', title: 'Processes', View: ProcessesView, inRail: true, rail: 'processes' },
  { name: 'instance', title: 'Instance', View: InstanceView, inRail: false, rail: 'processes' },
  { name: 'jobs', title: 'Jobs', View: JobsView, inRail: true, rail: 'jobs', count: ({ jobs }) => jobs },
  {
    name: 'tasks',
    title: 'User tasks',
    View: TasksView,
    inRail: true,
    rail: 'tasks',
    count: ({ tasks }) => tasks,
  },
  {
    name: 'messages',
    title: 'Messages',
    View: MessagesView,
    inRail: true,
    rail: 'messages',
    count: ({ messages }) => messages,
  },
  { name: 'timers', title: 'Timers', View: TimersView, inRail: true, rail: 'timers', count: ({ timers }) => timers },
  {
    name: 'decisions',
    title: 'Decisions',
    View: DecisionsView,
    inRail: true,
    rail: 'decisions',
    count: ({ decisions }) => decisions,
  },
  {
    name: 'connectors',
    title: 'Connectors',
    View: ConnectorsView,
    inRail: true,
    rail: 'connectors',
    count: ({ connectors }) => connectors,
  },
  {
    name: 'webhooks',
    title: 'Webhooks',
    View: WebhooksView,
    inRail: true,
    rail: 'webhooks',
    count: ({ webhooks }) => webhooks,
  },
  { name: 'log', title: 'Log', View: LogView, inRail: true, rail: 'log' },
];

/** The view of an address; `undefined` for an unknown address. */
export const viewOf = (name: string): View | undefined => views.find((view) => view.name === name);
