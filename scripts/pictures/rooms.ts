/** Draws the rooms of src and what they import, as Mermaid. */
import { importsOf, readSources } from '../imports.ts';

/** An arrow from one room to another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** What the pictures say about each room. A room without an entry cannot be drawn. */
const purposes: Readonly<Record<string, string>> = {
  cli: 'the commands',
  common: 'errors, clock, timers, abort signals',
  connection: 'settings, authentication, gRPC, REST',
  connector: 'connectors as data, their checks and values',
  engine: 'runs BPMN without a cluster',
  feel: 'evaluates FEEL expressions',
  grpc: 'the messages of the gateway',
  page: 'the page of dev, in a browser',
  runtime: 'fetches jobs, runs connectors',
  template: 'element templates for the Modeler',
  testing: 'unit tests of connectors, tests of processes',
  'runtime/execute': 'one job, from its variables to an outcome',
  'runtime/inbound': 'requests from outside: webhooks and callbacks',
  'runtime/jobs': 'requests jobs, by poll and stream',
  'runtime/observe': 'log lines, metrics, health, spans',
  'runtime/processes': 'several processes, one supervisor',
  'runtime/secrets': 'resolves and masks secrets',
  'runtime/send': 'sends commands until the cluster has them',
  'runtime/shared': 'events, logger, types of several rooms',
  'runtime/subscriptions': 'inbound connectors: leases and loops',
  'runtime/*': 'createRuntime and its options',
};

/**
 * Drops each arrow that a longer way along other arrows implies.
 *
 * @param arrows arrows without a circle
 * @example
 * withoutShortcuts([{ from: 'a', to: 'b' }, { from: 'b', to: 'c' }, { from: 'a', to: 'c' }]); // a -> b, b -> c
 */
export const withoutShortcuts = (arrows: readonly Arrow[]): readonly Arrow[] => {
  const targetsOf = (room: string): readonly string[] => arrows.filter(({ from }) => from === room).map(({ to }) => to);
  const reachableFrom = (start: string): ReadonlySet<string> => {
    const reached = new Set<string>();
    // A set that grows while it is iterated includes what was added.
    for (const room of reached.add(start)) for (const target of targetsOf(room)) reached.add(target);
    return reached;
  };
  return arrows.filter(
    ({ from, to }) => !targetsOf(from).some((target) => target !== to && reachableFrom(target).has(to)),
  );
};

/** The room of a file inside a folder, e.g. `jobs`; `*` for files of the folder itself. `undefined`: it is elsewhere. */
const roomIn = (folder: string, file: string): string | undefined => {
  if (!file.startsWith(folder)) return undefined;
  const below = file.slice(folder.length);
  return below.includes('/') ? below.slice(0, below.indexOf('/')) : '*';
};

/** All rooms of a folder, and the arrows between them, without repetitions. */
const readRooms = (
  folder: string,
): { rooms: readonly string[]; always: readonly Arrow[]; onDemand: readonly Arrow[] } => {
  const sources = readSources();
  const rooms = new Set(sources.flatMap(({ name }) => roomIn(folder, name) ?? []));
  const always = new Map<string, Arrow>();
  const onDemand = new Map<string, Arrow>();
  for (const { file, target, dynamic, typeOnly } of sources.flatMap(importsOf)) {
    const from = roomIn(folder, file);
    const to = roomIn(folder, target);
    if (from === undefined || to === undefined || from === to) continue;
    (dynamic || typeOnly ? onDemand : always).set(`${from} ${to}`, { from, to });
  }
  return { rooms: [...rooms].sort(), always: [...always.values()], onDemand: [...onDemand.values()] };
};

/**
 * A Mermaid flowchart of the rooms in a folder. Arrows point to what a room imports; an arrow that a longer way implies is
 * left out, and an import that loads its target only when it is called is dotted.
 *
 * @param folder a folder below src with a `/` at its end, or '' for src itself
 */
export const drawRooms = (folder: string): string => {
  const { rooms, always, onDemand } = readRooms(folder);
  // The files of src itself are the entry, which imports rooms to gather what they export.
  const drawn = rooms.filter((room) => folder !== '' || room !== '*');
  const isDrawn = ({ from, to }: Arrow): boolean => drawn.includes(from) && drawn.includes(to);
  const idOf = (room: string): string => (room === '*' ? 'files' : room);
  const box = (room: string): string => {
    const purpose = purposes[`${folder}${room}`];
    if (purpose === undefined) throw new Error(`scripts/pictures/rooms.ts has no purpose for src/${folder}${room}`);
    return `  ${idOf(room)}["<b>${room === '*' ? `files of ${folder}` : `${room}/`}</b><br>${purpose}"]`;
  };
  const lines = (arrows: readonly Arrow[], line: string): readonly string[] =>
    arrows.map(({ from, to }) => `  ${idOf(from)} ${line} ${idOf(to)}`).sort();
  return [
    'flowchart TD',
    ...drawn.map(box),
    ...lines(withoutShortcuts(always.filter(isDrawn)), '-->'),
    ...lines(onDemand.filter(isDrawn), '-. when it is needed .->'),
  ].join('\n');
};
