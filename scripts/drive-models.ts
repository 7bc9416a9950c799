/**
 * `npx tsx scripts/drive-models.ts FOLDER [--walks 60] [--seed 1]`: runs every BPMN file of a folder on the engine by random
 * walks. A walk completes jobs and user tasks, throws BPMN errors, publishes messages, broadcasts signals, fires timers and
 * resolves incidents, with values that the conditions of the file compare. Writes a markdown table: how the instances ended,
 * and the elements that no walk entered.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileFiles } from '../src/engine/deployment/compile-files.ts';
import { createMachine } from '../src/engine/machine/index.ts';
import type { EngineEvent, Machine, Variables } from '../src/engine/machine/types.ts';
import { compileBpmn } from '../src/engine/model/index.ts';
import { type Choices, createChoices } from './drive/choices.ts';
import { readHints } from './drive/hints.ts';
import { standIns } from './drive/stand-ins.ts';
import { takeStep } from './drive/steps.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { walks: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const folder = positionals[0];
if (folder === undefined) throw new Error('Pass the folder with the BPMN files.');

const maxSteps = 400;
const day = 86_400_000;

const read = (file: string) => ({ name: file, content: readFileSync(join(folder, file)) });

const files = readdirSync(folder).sort();
const models = files.filter((file) => file.endsWith('.bpmn'));
const others = files.filter((file) => /\.(dmn|form)$/.test(file)).map(read);

interface Outcome {
  readonly entered: Set<string>;
  readonly ends: Map<string, number>;
  readonly waits: Map<string, number>;
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Starts an instance: by the none start event, or by the message, signal, timer or condition of another one. */
const start = (machine: Machine, id: string, choices: Choices, variables: Variables): void => {
  const isMine = (item: { readonly bpmnProcessId: string; readonly processInstanceKey?: string }): boolean =>
    item.bpmnProcessId === id && item.processInstanceKey === undefined;
  const starts = machine
    .processes()
    .flatMap(({ bpmnProcessId, elements }) =>
      bpmnProcessId === id ? elements.filter(({ kind, scope }) => kind === 'startEvent' && scope === id) : [],
    );
  const subscriptions = machine.subscriptions().filter(isMine);
  const timers = machine.timers().filter(isMine);
  const waiting = new Set([...subscriptions, ...timers].map(({ elementId }) => elementId));
  const way = choices.pick([...subscriptions, ...timers, ...starts.filter((event) => !waiting.has(event.id))]);
  if (way === undefined) return;
  if ('due' in way) machine.fireTimer(way.key);
  else if ('scope' in way) machine.createInstance({ bpmnProcessId: id, variables });
  else if (way.kind === 'message') {
    machine.publishMessage({ name: way.name, correlationKey: '', messageId: '', timeToLive: 0, variables });
  } else if (way.kind === 'signal') machine.broadcastSignal(way.name, variables);
  else machine.evaluateConditional({ variables });
};

const walk = (
  machine: Machine,
  id: string,
  choices: Choices,
  hints: ReturnType<typeof readHints>,
  outcome: Outcome,
  time: { now: number },
): void => {
  start(machine, id, choices, hints.variables(choices));
  let steps = 0;
  while (steps < maxSteps && takeStep(machine, choices, hints)) {
    steps += 1;
    time.now += 1;
    machine.advance();
  }
  for (const instance of machine.instances()) {
    if (instance.parentProcessInstanceKey !== undefined) continue;
    count(
      outcome.ends,
      instance.state === 'ACTIVE' && steps >= maxSteps ? 'still running' : instance.state.toLowerCase(),
    );
    if (instance.state !== 'ACTIVE') continue;
    for (const { elementId } of machine.joins(instance.key)) count(outcome.waits, `join at ${elementId}`);
    for (const { elementId, message } of machine.incidents()) {
      count(outcome.waits, `incident at ${elementId}: ${message.split('\n')[0]}`);
    }
  }
};

const rows: string[] = [];
let elements = 0;
let never = 0;
for (const file of models) {
  const own = read(file);
  const known = [own, ...others].map(({ content }) => content.toString()).join('\n');
  let compiled: Awaited<ReturnType<typeof compileFiles>>;
  try {
    compiled = await compileFiles(compileBpmn, [own, ...others, ...standIns(own.content.toString(), known)]);
  } catch (error) {
    rows.push(
      `| ${file} | refused | ${
        String((error as Error).message)
          .split('\n')
          .find((line) => line.includes(file)) ?? ''
      } | |`,
    );
    continue;
  }
  const outcome: Outcome = { entered: new Set(), ends: new Map(), waits: new Map() };
  const hints = readHints(own.content.toString('utf8'));
  let all: readonly { readonly id: string; readonly kind: string }[] = [];
  for (let index = 0; index < Number(values.walks); index++) {
    const choices = createChoices(Number(values.seed) * 1_000 + index);
    const time = { now: Date.UTC(2026, 0, 1) + index * day };
    const onEvent = (event: EngineEvent): void => {
      if (event.kind === 'element:activated') outcome.entered.add(event.element.elementId);
    };
    const machine = createMachine({ now: () => time.now, onEvent, seed: index });
    machine.deploy(compiled);
    const processes = machine.processes().filter(({ resourceName }) => resourceName === file);
    all = processes.flatMap((process) => process.elements);
    const process = processes[index % processes.length]!;
    walk(machine, process.bpmnProcessId, choices, hints, outcome, time);
  }
  const missed = all.filter(({ id }) => !outcome.entered.has(id));
  elements += all.length;
  never += missed.length;
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([key, times]) => `${times} ${key}`).join(', ');
  rows.push(
    `| ${basename(file)} | ${list(outcome.ends)} | ${list(outcome.waits)} | ${missed.map(({ id, kind }) => `${id} (${kind})`).join(', ')} |`,
  );
}
process.stdout.write(
  `| file | instances | waiting for | never entered |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n\n`,
);
process.stdout.write(`${elements - never} of ${elements} elements entered in ${models.length} files\n`);
