/** Carries out a Dockerfile's steps in plain folders, one for each stage. Knows only the instructions that we use. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';

/** One line of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** What became of the last stage. */
export interface Image {
  /** The working directory, as a path of this machine. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly healthcheck: readonly string[];
  readonly command: readonly string[];
  /** The images that the stages begin with. */
  readonly bases: readonly string[];
}

/** The instructions of a Dockerfile, lines joined and without comments. */
export const parseDockerfile = (text: string): readonly Instruction[] =>
  text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, rest] = /^(\w+)\s+(.*)$/.exec(line)!;
      return { name: name!, text: rest!.trim() };
    });

interface Stage {
  readonly root: string;
  workdir: string;
  user: string;
  healthcheck: readonly string[];
  command: readonly string[];
  readonly env: Record<string, string>;
}

/** The command of `CMD ["a", "b"]`; a shell's form would not hand signals on. */
const execForm = (text: string): readonly string[] => JSON.parse(text) as string[];

/** The files of a pattern such as `*.tgz`; none is fine, as in Docker when other sources match. */
const matching = (root: string, name: string): readonly string[] =>
  name.startsWith('*') ? readdirSync(root).filter((file) => file.endsWith(name.slice(1))) : [name];

const copy = (stage: Stage, text: string, context: string, stages: ReadonlyMap<string, Stage>): void => {
  const [, from, paths] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(text)!;
  const all = paths!.split(/\s+/);
  const target = posix.resolve(stage.workdir, all.at(-1)!);
  const root = from === undefined ? context : stages.get(from)!.root;
  for (const source of all.slice(0, -1).flatMap((name) => matching(root, name))) {
    const path = join(root, source);
    const isFolder = statSync(path).isDirectory();
    // A folder is copied by its content, a file into a target that ends with a slash.
    const place = !isFolder && all.at(-1)!.endsWith('/') ? join(target, basename(path)) : target;
    cpSync(path, join(stage.root, place), { recursive: true });
  }
};

/**
 * Builds.
 *
 * @param context folder that `COPY` copies from
 * @param folder where the stages get their folders
 * @param npmEnv added to the environment of `RUN`
 */
export const buildImage = (
  instructions: readonly Instruction[],
  context: string,
  folder: string,
  npmEnv: Readonly<Record<string, string>>,
): Image => {
  const stages = new Map<string, Stage>();
  const bases: string[] = [];
  let stage: Stage | undefined;
  for (const { name, text } of instructions) {
    if (name === 'FROM') {
      const [, base, as = `stage ${stages.size}`] = /^(\S+)(?: AS (\S+))?$/.exec(text)!;
      bases.push(base!);
      stage = { root: join(folder, as), workdir: '/', user: 'root', healthcheck: [], command: [], env: {} };
      mkdirSync(stage.root, { recursive: true });
      stages.set(as, stage);
      continue;
    }
    if (stage === undefined) throw new Error(`${name} before FROM`);
    switch (name) {
      case 'WORKDIR':
        stage.workdir = posix.resolve(stage.workdir, text);
        mkdirSync(join(stage.root, stage.workdir), { recursive: true });
        break;
      case 'COPY':
        copy(stage, text, context, stages);
        break;
      case 'RUN':
        execFileSync('sh', ['-c', text], {
          cwd: join(stage.root, stage.workdir),
          env: { ...process.env, ...npmEnv, ...stage.env },
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        break;
      case 'ENV': {
        const [key, value] = text.split('=');
        stage.env[key!] = value!;
        break;
      }
      case 'USER':
        stage.user = text;
        break;
      case 'EXPOSE':
        break;
      case 'HEALTHCHECK':
        stage.healthcheck = execForm(text.replace(/^.*?CMD /, ''));
        break;
      case 'CMD':
        stage.command = execForm(text);
        break;
      default:
        throw new Error(`The test does not know ${name}`);
    }
  }
  const { root, workdir, env, user, healthcheck, command } = stage!;
  return { folder: join(root, workdir), env, user, healthcheck, command, bases };
};
