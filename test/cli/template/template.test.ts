import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../scripts/compiled.ts';
import { type Ended, runProgram } from '../../../scripts/program.ts';
import { runCli } from '../../../src/cli/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-template-'));
after(() => rmSync(folder, { recursive: true }));
// The modules of these tests import the library as those of a user do.
mkdirSync(join(folder, 'node_modules'));
for (const name of ['valibot', 'tsx'])
  symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');

interface Project {
  readonly path: string;
  /** Writes a module of connectors; returns its name. */
  readonly write: (name: string, text: string) => string;
  readonly read: (path: string) => Record<string, unknown>;
  /** Runs the command in this process. */
  readonly template: (...args: string[]) => Promise<Ended>;
}

const library = JSON.stringify(pathToFileURL(await compiled('src/index.ts')).href);
const imports = `import { defineInbound, defineOutbound } from ${library};\nimport * as v from 'valibot';\n`;

/** The text of one outbound connector. */
const outbound = (type: string, { label = 'Message', extra = '' } = {}): string =>
  `export const ${type} = defineOutbound({ name: 'Connector ${type}', type: '${type}', run: () => ({}),
  input: v.object({ message: v.pipe(v.string(), v.title('${label}')) }), ${extra} });\n`;

let projects = 0;
let modules = 0;

const project = (): Project => {
  projects += 1;
  const path = join(folder, `project-${projects}`);
  mkdirSync(path);
  return {
    path,
    // A module that was imported once is remembered by its name.
    write: (name, text) => {
      modules += 1;
      const file =
        name.includes('/') || name.startsWith('=') ? name.replace('=', '') : name.replace('.', `-${modules}.`);
      mkdirSync(join(path, file, '..'), { recursive: true });
      writeFileSync(join(path, file), `${imports}${text}`);
      return `./${file}`;
    },
    read: (file) => JSON.parse(readFileSync(join(path, file), 'utf8')) as Record<string, unknown>,
    template: async (...args) => {
      const texts = { output: '', errors: '' };
      const code = await runCli(['template', ...args], {
        folder: path,
        print: (text) => {
          texts.output += text;
        },
        printError: (text) => {
          texts.errors += text;
        },
        colours: false,
      });
      return { code, ...texts };
    },
  };
};

const out = '.camunda/element-templates';

describe('writing', () => {
  test('every exported connector gets a file where the Modeler looks', async () => {
    const { template, write, read, path } = project();
    const module = write('a.ts', `${outbound('log')}${outbound('fooBar')}`);
    const { code, output } = await template(module);
    assert.equal(code, 0);
    assert.match(output, /new {9}\.camunda\/element-templates\/log\.json, version 1/);
    assert.deepEqual(readdirSync(join(path, out)), ['foo-bar.json', 'log.json']);
    assert.equal(read(`${out}/log.json`).id, 'log');
    assert.match(readFileSync(join(path, out, 'log.json'), 'utf8'), /^\{\n {2}"\$schema": .*\n\}\n$/s);
  });

  test('an inbound connector gets one for the activation and some for the event that awaits the message', async () => {
    const { template, write, path } = project();
    const module = write('a.ts', "export const ring = defineInbound({ name: 'ring', loop: () => null });");
    assert.equal((await template(module, '--out', 'out')).code, 0);
    const names = readdirSync(join(path, 'out'));
    assert.ok(names.includes('ring-activation.json') && names.includes('ring-catch-event.json'), names.join());
  });

  test('--single-file writes one list', async () => {
    const { template, write, path } = project();
    const module = write('a.ts', `${outbound('log')}${outbound('greet')}`);
    assert.equal((await template(module, '--out=out', '--single-file')).code, 0);
    assert.deepEqual(readdirSync(join(path, 'out')), ['connectors.json']);
    const list = JSON.parse(readFileSync(join(path, 'out/connectors.json'), 'utf8')) as { id: string }[];
    assert.deepEqual(
      list.map(({ id }) => id),
      ['greet', 'log'],
    );
  });

  test('a changed template needs a higher version, and its old file is kept', async () => {
    const { template, write, read, path } = project();
    await template(write('a.ts', outbound('log')));
    const before = readFileSync(join(path, out, 'log.json'), 'utf8');
    const changed = write('a.ts', outbound('log', { label: 'Text' }));

    const refused = await template(changed);
    assert.equal(refused.code, 2);
    assert.match(refused.errors, /log\.json would change under the same version 1:/);
    assert.match(refused.errors, /^- +"label": "Message",\n\+ +"label": "Text",$/m);
    assert.match(refused.errors, /--version-bump/);
    assert.equal(readFileSync(join(path, out, 'log.json'), 'utf8'), before);

    assert.equal((await template(changed, '--version-bump')).code, 0);
    assert.equal(read(`${out}/log.json`).version, 2);
    assert.equal(readFileSync(join(path, out, 'versioned/log-1.json'), 'utf8'), before);

    // Neither the same command again nor one without the option changes anything any more.
    const after = readFileSync(join(path, out, 'log.json'), 'utf8');
    for (const options of [['--version-bump'], []]) {
      assert.match((await template(changed, ...options)).output, /^unchanged .*log\.json$/m);
      assert.equal(readFileSync(join(path, out, 'log.json'), 'utf8'), after);
    }
  });

  test('a version raised in the connector counts as well', async () => {
    const { template, write, read } = project();
    await template(write('a.ts', outbound('log')));
    const raised = write('a.ts', outbound('log', { label: 'Text', extra: 'template: { version: 4 },' }));
    assert.equal((await template(raised)).code, 0);
    assert.equal(read(`${out}/log.json`).version, 4);
    assert.equal(read(`${out}/versioned/log-1.json`).version, 1);
  });

  test('nothing is written as long as one template has to be mended', async () => {
    const { template, write, path } = project();
    await template(write('a.ts', outbound('log')));
    const both = write('a.ts', `${outbound('log', { label: 'Text' })}${outbound('greet')}`);
    assert.equal((await template(both)).code, 2);
    assert.deepEqual(readdirSync(join(path, out)), ['log.json']);
  });
});

describe('icons', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  const png = Buffer.from('89504e470d0a1a0a00', 'hex');
  const withIcon = (icon: string): string => outbound('log', { extra: `template: { icon: ${JSON.stringify(icon)} },` });

  test('a file beside the module becomes a data URI', async () => {
    const { template, write, read, path } = project();
    mkdirSync(join(path, 'src'));
    writeFileSync(join(path, 'src/log.svg'), svg);
    writeFileSync(join(path, 'log.PNG'), png);
    assert.equal((await template(write('src/a.ts', withIcon('./log.svg')), '--out', 'a')).code, 0);
    const contents = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    assert.deepEqual(read('a/log.json').icon, { contents });
    assert.equal((await template(write('src/b.ts', withIcon('../log.PNG')), '--out', 'b')).code, 0);
    assert.deepEqual(read('b/log.json').icon, { contents: `data:image/png;base64,${png.toString('base64')}` });
    const url = pathToFileURL(join(path, 'src/log.svg')).href;
    assert.equal((await template(write('c.ts', withIcon(url)), '--out', 'c')).code, 0);
    assert.deepEqual(read('c/log.json').icon, { contents });
  });

  for (const [icon, message] of [
    ['./log.gif', /log\.gif is neither \.svg nor \.png/],
    ['./gone.svg', /gone\.svg cannot be read/],
    ['./text.png', /text\.png is no image\/png/],
  ] as const) {
    test(`${icon} is refused`, async () => {
      const { template, write, path } = project();
      for (const name of ['log.gif', 'text.png']) writeFileSync(join(path, name), 'text');
      const { code, errors } = await template(write('a.ts', withIcon(icon)));
      assert.equal(code, 2);
      assert.match(errors, message);
      assert.match(errors, /Connector log \(export log of \.\/a-\d+\.ts\)/);
    });
  }
});

describe('--check', () => {
  test('says that all is well, and ends with 0', async () => {
    const { template, write } = project();
    const module = write('a.ts', outbound('log'));
    await template(module);
    const { code, output } = await template(module, '--check');
    assert.equal(output, `All 1 templates in ${out} are up to date.\n`);
    assert.equal(code, 0);
  });

  test('shows what is stale, missing and left over, ends with 1 and writes nothing', async () => {
    const { template, write, path } = project();
    await template(write('a.ts', `${outbound('log')}${outbound('gone')}`));
    const before = readFileSync(join(path, out, 'log.json'), 'utf8');
    const module = write('a.ts', `${outbound('log', { label: 'Text' })}${outbound('greet')}`);
    const { code, output } = await template(module, '--check');
    assert.equal(code, 1);
    assert.match(output, /^missing .*\/greet\.json$/m);
    assert.match(output, /^stale .*\/log\.json$/m);
    assert.match(output, /^left over .*\/gone\.json: no connector of these modules has the template gone any more$/m);
    assert.match(output, /^- +"label": "Message",\n\+ +"label": "Text",$/m);
    assert.match(output, /Fix: camunda-connectors template \S+ --version-bump, and delete what is left over/);
    assert.deepEqual(readdirSync(join(path, out)), ['gone.json', 'log.json']);
    assert.equal(readFileSync(join(path, out, 'log.json'), 'utf8'), before);
  });

  test('finds what is stale in a single file by the id', async () => {
    const { template, write } = project();
    const options = ['--single-file', '--out', 'out'];
    await template(write('a.ts', `${outbound('log')}${outbound('greet')}`), ...options);
    const module = write('a.ts', `${outbound('log')}${outbound('greet', { label: 'Text' })}`);
    const { code, output } = await template(module, '--check', ...options);
    assert.equal(code, 1);
    assert.deepEqual(output.match(/^stale.*$/gm), ['stale       out/connectors.json (greet)']);
  });
});

describe('something has to be changed first', () => {
  for (const [title, text, message] of [
    ['a module that does not load', 'throw new Error("no luck today");', /cannot be loaded: no luck today/],
    ['a module without connectors', 'export const answer = 42;', /No connector is exported by \.\/a-\d+\.ts/],
    [
      'two connectors with one id',
      `${outbound('log')}${outbound('other', { extra: "template: { id: 'log' }," })}`,
      /The template id "log" belongs to Connector log \(export log of \.\/a-\d+\.ts\) and to Connector other \(export other of \.\/a-\d+\.ts\); give one/,
    ],
    [
      'two connectors that have no template',
      `export const a = defineOutbound({ name: 'A', type: 'a', input: v.object({ d: v.date() }), run: () => ({}) });
       export const b = defineOutbound({ name: 'B', type: 'b', input: v.object({ 'x-y': v.string() }), run: () => ({}) });`,
      /A \(export a of .*\bd\b.*B \(export b of .*x-y/s,
    ],
  ] as const) {
    test(title, async () => {
      const { template, write, path } = project();
      const { code, errors } = await template(write('a.ts', text));
      assert.match(errors, message);
      assert.ok(!/\n {4}at /.test(errors), `no stack in ${errors}`);
      assert.equal(code, 2);
      assert.ok(!existsSync(join(path, out)));
    });
  }

  for (const [args, message] of [
    [[], /Missing required positional argument: MODULE/],
    [['./gone.ts'], /no file \.\/gone\.ts/],
    [['./gone.ts', '--watch'], /no file \.\/gone\.ts/],
    [['./a.ts', '--chek'], /--chek/],
    [['./a.ts', '--out'], /--out/],
    [['./a.ts', '--out='], /--out needs a folder/],
    [['./a.ts', '--check', '--watch'], /--check writes nothing, so --watch/],
    [['./a.ts', '--check', '--version-bump'], /--check writes nothing, so --version-bump/],
  ] as const) {
    test(['camunda-connectors template', ...args].join(' '), async () => {
      const { code, errors } = await project().template(...args);
      assert.match(errors, message);
      assert.equal(code, 2);
    });
  }

  test('a file that someone else put there', async () => {
    const { template, write, path } = project();
    mkdirSync(join(path, 'out'));
    writeFileSync(join(path, 'out/log.json'), '{}');
    const { code, errors } = await template(write('a.ts', outbound('log')), '--out', 'out');
    assert.equal(code, 2);
    assert.match(errors, /log\.json is there already/);
    assert.equal(readFileSync(join(path, 'out/log.json'), 'utf8'), '{}');
  });
});

test('--help lists the options and the exit codes', async () => {
  const { code, output } = await project().template('--help');
  assert.equal(code, 0);
  for (const option of ['--out', '--single-file', '--check', '--watch', '--version-bump', 'EXIT CODES']) {
    assert.ok(output.includes(option), option);
  }
});

test('--check is a process that ends with 1 where templates are missing', async () => {
  const { write, path } = project();
  const module = write('a.ts', outbound('log'));
  const { code, output } = await runProgram(['src/cli/main.ts', 'template', module, '--check'], { folder: path });
  assert.match(output, /^missing .*log\.json$/m);
  assert.equal(code, 1);
});

test('the templates of the examples are as their connectors say (fix: npm run templates)', async () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const [program, ...args] = scripts.templates!.replace(/^tsx /, '').split(' ');
  const { code, output, errors } = await runProgram([program!, ...args, '--check']);
  assert.equal(errors, '');
  assert.match(output, /^All \d+ templates in examples\/templates are up to date\.$/m);
  assert.equal(code, 0);
});

const commandLine = await compiled('src/cli/main.ts');

/** A running `template --watch`, whose output can be waited for. */
const watching = (path: string, ...args: string[]) => {
  const child = spawn(process.execPath, [commandLine, 'template', ...args, '--watch'], {
    cwd: path,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let texts = '';
  let look = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      texts += text;
      look();
    });
  }
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return {
    /** Resolves with all lines up to the next end of a round. */
    round: (): Promise<string> =>
      Promise.race([
        new Promise<string>((done) => {
          look = () => {
            const end = texts.indexOf('Watching for changes.\n');
            if (end < 0) return;
            const round = texts.slice(0, end);
            texts = texts.slice(end + 'Watching for changes.\n'.length);
            look = () => {};
            done(round);
          };
          look();
        }),
        ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${texts}`))),
      ]),
    end: async (signal: NodeJS.Signals): Promise<number | null> => {
      child.kill(signal);
      return ended;
    },
  };
};

test('--watch writes again when a module or what it imports changes, until SIGINT', {
  skip: process.platform === 'win32',
}, async () => {
  const { write, read, path } = project();
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(path, 'parts'));
  const label = (text: string): void => writeFileSync(join(path, 'parts/label.ts'), `export const label = '${text}';`);
  const holds = (text: string): boolean =>
    JSON.stringify(read(`${out}/log.json`)).includes(`"label":${JSON.stringify(text)}`);
  label('First');
  const text = `import { label } from './parts/label.ts';\n${outbound('log').replace("'Message'", 'label')}`;
  const module = write('=a.ts', text);

  const { round, end } = watching(path, module);
  assert.match(await round(), /^new .*log\.json, version 1$/m);
  assert.ok(holds('First'));

  const imported = round();
  label('Second');
  assert.match(await imported, /^new .*log\.json, version 1$/m);
  assert.ok(holds('Second'));

  const broken = round();
  writeFileSync(join(path, 'a.ts'), 'export const = 3;');
  assert.match(await broken, /\.\/a\.ts cannot be loaded/);

  const mended = round();
  write('=a.ts', outbound('log', { label: 'Third' }));
  await mended;
  assert.ok(holds('Third'));
  assert.equal(await end('SIGINT'), 0);
});

test('--watch raises a version once, however often its template changes', {
  skip: process.platform === 'win32',
}, async () => {
  const { template, write, read, path } = project();
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }');
  const module = write('=a.ts', outbound('log', { label: 'First' }));
  await template(module);

  const { round, end } = watching(path, module, '--version-bump');
  assert.match(await round(), /^unchanged .*log\.json$/m);
  for (const label of ['Second', 'Third']) {
    const next = round();
    write('=a.ts', outbound('log', { label }));
    assert.match(await next, /^changed .*log\.json, version 2; the old one is now .*versioned\/log-1\.json$/m);
  }
  assert.match(JSON.stringify(read(`${out}/log.json`)), /"label":"Third"/);
  assert.match(JSON.stringify(read(`${out}/versioned/log-1.json`)), /"label":"First"/);
  assert.deepEqual(readdirSync(join(path, out, 'versioned')), ['log-1.json']);
  assert.equal(await end('SIGTERM'), 0);
});
