import { createInterface, emitKeypressEvents, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { printable } from '../../../common/printable.ts';
import type { CommandInput } from '../../command.ts';
import { placesOf } from '../deploy.ts';
import type { DevPart, StartPart } from '../session.ts';
import { commands, runLine } from './run-line.ts';

/** A key on a terminal, as Node.js reports it. */
interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

type RunText = (line: string) => Promise<void>;

const readLines = (input: CommandInput, run: RunText): (() => void) => {
  const lines = createInterface({ input, terminal: false });
  lines.on('line', (line) => void run(line));
  return () => lines.close();
};

/** Reads single keys, and after some of them the rest of the line. */
const readKeys = (input: CommandInput, output: NodeJS.WritableStream, run: RunText): (() => void) => {
  let asking: Interface | undefined;
  /** What was typed between the key and its question, e.g. because it was pasted. Undefined: there is no question. */
  let early: string | undefined;
  let isOver = false;

  const listen = (): void => {
    if (isOver) return;
    input.setRawMode?.(true);
    input.resume();
  };

  const ask = (name: string): void => {
    const lines = createInterface({ input, output, terminal: true });
    asking = lines;
    let line: string | undefined;
    lines.on('close', () => {
      asking = undefined;
      early = undefined;
      listen();
      if (line !== undefined) void run(line);
    });
    // Ctrl-C leaves the question.
    lines.on('SIGINT', () => lines.close());
    lines.question(`${name} `, (answer) => {
      line = `${name} ${answer}`;
      lines.close();
    });
    const typed = early ?? '';
    if (typed !== '') lines.write(typed);
  };

  const onKey = (text: string | undefined, { name, ctrl = false }: Key): void => {
    if (asking !== undefined) return;
    if (early !== undefined) {
      early += text ?? '';
      return;
    }
    // A terminal in this mode sends no signal.
    if (ctrl && name === 'c') process.kill(process.pid, 'SIGINT');
    const command = ctrl ? undefined : commands.find(({ key }) => key === name);
    if (command === undefined) return;
    if (command.isComplete) void run(command.name);
    // Not in the event of the key itself, which would be the first one of the answer.
    else {
      early = '';
      setImmediate(() => ask(command.name));
    }
  };

  emitKeypressEvents(input);
  input.on('keypress', onKey);
  listen();
  return () => {
    isOver = true;
    asking?.close();
    input.off('keypress', onKey);
    input.setRawMode?.(false);
  };
};

/** A stream of what is printed, for the echo of what is typed. */
const outputOf = (print: (text: string) => void): Writable =>
  new Writable({
    write: (chunk, _encoding, done) => {
      print(String(chunk));
      done();
    },
  });

const keyLine = (): string => `Keys: ${commands.map(({ key, name }) => `${key} ${name}`).join(', ')}.\n`;

/** Lets a person act on the session: with keys on a terminal, with lines otherwise. */
export const readCommands: StartPart = ({ request, context, engine, host, inbound, clock, steps, starts }): DevPart => {
  const input = request.run === undefined ? context.input?.() : undefined;
  if (input === undefined) return {};
  const place = placesOf(request)[0] ?? {};
  const say = (line: string): void => context.print(`${printable(line)}\n`);
  const tools = { engine, host, inbound, steps, starts, place, say, ...(clock === undefined ? {} : { clock }) };
  // One after the other, so that the answers are in the order of the lines.
  let busy: Promise<void> = Promise.resolve();
  const run: RunText = (line) => {
    busy = busy.then(async () => {
      for (const text of await runLine(line, tools)) say(text);
    });
    return busy;
  };
  const isTerminal = input.isTTY === true && input.setRawMode !== undefined;
  let close = (): void => {};
  return {
    ready: () => {
      if (isTerminal) context.print(keyLine());
      close = isTerminal ? readKeys(input, outputOf(context.print), run) : readLines(input, run);
    },
    stop: () => {
      close();
      input.pause();
      // A pipe that stays open would keep the process alive.
      input.unref?.();
    },
  };
};
