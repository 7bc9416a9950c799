/**
 * The program of `npm test`: checks types and style while the tests run. Each of the three leaves a core idle now and then,
 * which the others use. Ends with 1 if any of them fails; what types or style have to say stands below the tests as well.
 */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';

/** How a script of package.json ended. */
interface Ended {
  readonly name: string;
  readonly ok: boolean;
  /** What it printed; empty if it printed at once. */
  readonly output: string;
}

const shell = process.platform === 'win32';

const running: ChildProcess[] = [];

/** Ends the scripts as this program is asked to end; then it reports that they have failed. */
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
  });
}

const startScript = (name: string, args: readonly string[], stdio: StdioOptions): ChildProcess => {
  const child = spawn('npm', ['run', '--silent', name, ...args], { stdio, shell });
  running.push(child);
  return child;
};

/** Runs a script of package.json, whose output appears at once. */
const runVisibly = (name: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    startScript(name, ['--', ...args], ['ignore', 'inherit', 'inherit'])
      .once('error', reject)
      .once('close', (code) => resolve({ name, ok: code === 0, output: '' }));
  });

/** Runs a script of package.json, and prints how it ended and, if it has failed, what it says. */
const runBeside = (name: string): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    let output = '';
    const child = startScript(name, [], ['ignore', 'pipe', 'pipe']);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject).once('close', (code) => {
      const ok = code === 0;
      console.log(`${ok ? '✔' : '✖'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
      if (!ok) console.log(output.trimEnd());
      resolve({ name, ok, output });
    });
  });

const ended = await Promise.all([runBeside('types'), runBeside('lint'), runVisibly('unit', process.argv.slice(2))]);
for (const { name, ok, output } of ended) {
  if (ok) continue;
  process.exitCode = 1;
  if (output !== '') console.log(`\n✖ npm run ${name}\n${output.trimEnd()}`);
}
