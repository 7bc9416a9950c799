/** BPMN without diagram information, also at random. */

/** What is in a process, as XML. */
export interface ProcessXml {
  readonly id: string;
  readonly lines: readonly string[];
  /** Ids of the elements of each lane. */
  readonly lanes?: readonly (readonly string[])[];
}

/** Processes, and the messages between them. With `random`, both are made of it. */
export interface Model {
  readonly processes: readonly ProcessXml[];
  /** Ids of sources and targets. `pool-p` is the pool of the process `p`. */
  readonly messages: readonly (readonly [string, string])[];
  readonly random?: {
    readonly seed: number;
    readonly processes: number;
    readonly nodes: number;
    readonly lanes: number;
  };
}

/** Numbers from 0 to below a limit, the same ones for the same seed. */
const numbers = (seed: number): ((limit: number) => number) => {
  let state = seed >>> 0;
  return (limit) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
};

const names = ['', 'Pay', 'Is the order complete?', 'Send the goods to the customer of the shop', 'Extraordinarily'];

/** A scope with elements of all kinds: its XML, and the ids that flows and messages can use. */
const randomScope = (
  prefix: string,
  count: number,
  depth: number,
  next: (limit: number) => number,
): { readonly lines: readonly string[]; readonly nodes: readonly string[] } => {
  const lines: string[] = [];
  const nodes: string[] = [];
  const sources: string[] = [];
  const data: string[] = [];
  const name = (): string => names[next(names.length)]!;
  for (let index = 0; index < count; index += 1) {
    const id = `${prefix}n${index}`;
    const kind = next(8);
    const inner: string[] = [];
    if (data.length > 0 && next(3) === 0 && kind > 2) {
      const source = data[next(data.length)]!;
      inner.push(
        `<bpmn:property id="${id}p"/><bpmn:dataInputAssociation id="${id}in"><bpmn:sourceRef>${source}</bpmn:sourceRef><bpmn:targetRef>${id}p</bpmn:targetRef></bpmn:dataInputAssociation>`,
      );
    }
    if (kind === 0) lines.push(`<bpmn:intermediateThrowEvent id="${id}" name="${name()}"/>`);
    else if (kind <= 2) lines.push(`<bpmn:exclusiveGateway id="${id}" name="${name()}"/>`);
    else if (kind === 3 && depth > 0) {
      const scope = randomScope(`${id}.`, 1 + next(4), depth - 1, next);
      lines.push(
        `<bpmn:subProcess id="${id}" name="${name()}">${inner.join('')}${scope.lines.join('')}</bpmn:subProcess>`,
      );
    } else lines.push(`<bpmn:task id="${id}" name="${name()}">${inner.join('')}</bpmn:task>`);
    nodes.push(id);
    sources.push(id);
    if (kind > 2) {
      for (let event = next(6) - 3; event > 0; event -= 1) {
        const own = `${id}b${event}`;
        lines.push(
          `<bpmn:boundaryEvent id="${own}" name="${name()}" attachedToRef="${id}"><bpmn:timerEventDefinition/></bpmn:boundaryEvent>`,
        );
        sources.push(own);
      }
    }
    if (next(6) === 0) {
      data.push(`${id}d`);
      lines.push(
        `<bpmn:dataObject id="${id}o"/><bpmn:dataObjectReference id="${id}d" name="${name()}" dataObjectRef="${id}o"/>`,
      );
    }
    if (next(6) === 0) {
      lines.push(`<bpmn:textAnnotation id="${id}t"><bpmn:text>${name()}</bpmn:text></bpmn:textAnnotation>`);
      for (let to = next(3); to > 0; to -= 1) {
        lines.push(
          `<bpmn:association id="${id}a${to}" sourceRef="${sources[next(sources.length)]}" targetRef="${id}t"/>`,
        );
      }
    }
  }
  for (let index = 0; index < count + next(count + 1); index += 1) {
    // Mostly along the order of the elements, sometimes back.
    const source = sources[next(sources.length)]!;
    lines.push(
      `<bpmn:sequenceFlow id="flow${prefix}${index}" name="${name()}" sourceRef="${source}" targetRef="${nodes[next(nodes.length)]}"/>`,
    );
  }
  return { lines, nodes };
};

const randomModel = ({ seed, processes, nodes, lanes }: NonNullable<Model['random']>): Model => {
  const next = numbers(seed);
  const made = Array.from({ length: processes }, (_, index) => {
    const id = `p${index}`;
    const scope = randomScope(`${id}.`, 1 + next(nodes), 2, next);
    const inLanes = Array.from({ length: lanes }, (): string[] => []);
    if (lanes > 0) for (const node of scope.nodes) inLanes[next(lanes)]!.push(node);
    return { id, lines: scope.lines, nodes: scope.nodes, lanes: inLanes };
  });
  const messages = Array.from({ length: processes > 1 ? next(5) : 0 }, (): readonly [string, string] => {
    const from = next(processes);
    const to = (from + 1 + next(processes - 1)) % processes;
    const end = (index: number): string => {
      const { id, nodes: ids } = made[index]!;
      return next(4) === 0 ? `pool-${id}` : ids[next(ids.length)]!;
    };
    return [end(from), end(to)];
  });
  return { processes: made, messages };
};

const laneSet = ({ id, lanes = [] }: ProcessXml): string => {
  if (lanes.length === 0) return '';
  const xml = lanes.map((ids, index) => {
    const refs = ids.map((each) => `<bpmn:flowNodeRef>${each}</bpmn:flowNodeRef>`).join('');
    return `<bpmn:lane id="${id}-lane${index}" name="Lane ${index}">${refs}</bpmn:lane>`;
  });
  return `<bpmn:laneSet id="${id}-lanes">${xml.join('')}</bpmn:laneSet>`;
};

/** The text of a file. Several processes are in pools. */
export const modelXml = (given: Model): string => {
  const { processes, messages } = given.random === undefined ? given : randomModel(given.random);
  const pools = processes.map(({ id }) => `<bpmn:participant id="pool-${id}" name="${id}" processRef="${id}"/>`);
  const flows = messages.map(
    ([source, target], index) =>
      `<bpmn:messageFlow id="message${index}" name="Message ${index}" sourceRef="${source}" targetRef="${target}"/>`,
  );
  const collaboration =
    processes.length < 2
      ? ''
      : `<bpmn:collaboration id="collaboration">${[...pools, ...flows].join('')}</bpmn:collaboration>`;
  const bodies = processes.map(
    (process) =>
      `<bpmn:process id="${process.id}" isExecutable="true">${laneSet(process)}${process.lines.join('')}</bpmn:process>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="definitions" targetNamespace="http://example.com">${collaboration}${bodies.join('')}</bpmn:definitions>`;
};
