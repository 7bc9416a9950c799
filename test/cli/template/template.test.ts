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
import { writeOutputFolder } from '../../../src/cli/template/output-folder.ts';
import { runInProcess } from '../support/in-process.ts';
import { withOnePipe } from '../support/running.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-template-'));
after(() => rmSync(folder, { recursive: true }));
// The modules of these tests import the library as a user's modules do.
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
    template: (...args) => runInProcess(['template', ...args], path),
  };
};

const out = '.camunda/element-templates';

describe('writing', () => {
  test('writes a file for each exported connector to the folder that the Modeler searches', async () => {
    const { template, write, read, path } = project();
    const module = write('a.ts', `${outbound('log')}${outbound('fooBar')}`);
    const { code, output } = await template(module);
    assert.equal(code, 0);
    assert.match(output, /new {9}\.camunda\/element-templates\/log\.json, version 1/);
    assert.deepEqual(readdirSync(join(path, out)), ['foo-bar.json', 'log.json']);
    assert.equal(read(`${out}/log.json`).id, 'log');
    assert.match(readFileSync(join(path, out, 'log.json'), 'utf8'), /^\{\n {2}"\$schema": .*\n\}\n$/s);
  });

  test('writes templates of an inbound connector for the activation and for the message event', async () => {
    const { template, write, path } = project();
    const module = write('a.ts', "export const ring = defineInbound({ name: 'ring', loop: () => null });");
    assert.equal((await template(module, '--out', 'out')).code, 0);
    const names = readdirSync(join(path, 'out'));
    assert.ok(names.includes('ring-activation.json') && names.includes('ring-catch-event.json'), names.join());
  });

  test('--single-file writes one file with a list', async () => {
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

  test('34: connectors that share a credential describe it identically, also in a single file', async () => {
    const { template, write, path } = project();
    const shared = `const key = v.pipe(v.object({ token: v.string() }), v.metadata({ camunda: { credential: { id: 'k:1', name: 'K' } } }));
      const of = (type) => defineOutbound({ name: type, type, input: v.object({ key }), run: () => ({}) });
      export const one = of('one');
      export const other = of('other');`;
    assert.equal((await template(write('a.ts', shared), '--out=out', '--single-file')).code, 0);
    const [one, other] = JSON.parse(readFileSync(join(path, 'out/connectors.json'), 'utf8')) as {
      configurationTemplates: unknown;
    }[];
    assert.ok(one?.configurationTemplates, 'the template has a credential');
    assert.equal(JSON.stringify(one.configurationTemplates), JSON.stringify(other?.configurationTemplates));
  });

  test('writes a second template for a connector that is a tool', async () => {
    const { template, write, read, path } = project();
    const module = write('a.ts', outbound('log', { extra: 'template: { tool: true }' }));
    assert.equal((await template(module, '--out=out')).code, 0);
    assert.deepEqual(readdirSync(join(path, 'out')), ['log-tool.json', 'log.json']);
    assert.equal(read('out/log-tool.json').name, 'Connector log (tool)');
    assert.equal((await template(module, '--out=out', '--check')).code, 0);
  });

  test('a changed template needs a higher version, and the old one is archived', async () => {
    const { template, write, read, path } = project();
    await template(write('a.ts', outbound('log')));
    const before = readFileSync(join(path, out, 'log.json'), 'utf8');
    const changed = write('a.ts', outbound('log', { label: 'Text' }));

    const refused = await template(changed);
    assert.equal(refused.code, 2);
    assert.match(refused.errors, /log\.json would change, but its version would stay 1:/);
    assert.match(refused.errors, /^- +"label": "Message",\n\+ +"label": "Text",$/m);
    assert.match(refused.errors, /--version-bump/);
    assert.equal(readFileSync(join(path, out, 'log.json'), 'utf8'), before);

    assert.equal((await template(changed, '--version-bump')).code, 0);
    assert.equal(read(`${out}/log.json`).version, 2);
    assert.equal(readFileSync(join(path, out, 'versioned/log-1.json'), 'utf8'), before);

    // Running the command again, with or without the option, changes nothing.
    const after = readFileSync(join(path, out, 'log.json'), 'utf8');
    for (const options of [['--version-bump'], []]) {
      assert.match((await template(changed, ...options)).output, /^unchanged .*log\.json$/m);
      assert.equal(readFileSync(join(path, out, 'log.json'), 'utf8'), after);
    }
  });

  test('a higher version in the connector is enough', async () => {
    const { template, write, read } = project();
    await template(write('a.ts', outbound('log')));
    const raised = write('a.ts', outbound('log', { label: 'Text', extra: 'template: { version: 4 },' }));
    assert.equal((await template(raised)).code, 0);
    assert.equal(read(`${out}/log.json`).version, 4);
    assert.equal(read(`${out}/versioned/log-1.json`).version, 1);
  });

  test('writes nothing while one template has a conflict', async () => {
    const { template, write, path } = project();
    await template(write('a.ts', outbound('log')));
    const both = write('a.ts', `${outbound('log', { label: 'Text' })}${outbound('greet')}`);
    assert.equal((await template(both)).code, 2);
    assert.deepEqual(readdirSync(join(path, out)), ['log.json']);
  });
});

describe('the folder contains something that is not a file of templates:', () => {
  const foreign = '{ "keep": "me" }\n';

  test('a symbolic link is not followed, so no other file is overwritten', async () => {
    const { template, write, path } = project();
    mkdirSync(join(path, out), { recursive: true });
    for (const [name, target] of [
      ['log.json', 'foreign.json'],
      ['greet.json', 'missing.json'],
    ] as const) {
      symlinkSync(join(path, target), join(path, out, name));
    }
    writeFileSync(join(path, 'foreign.json'), foreign);
    for (const options of [[], ['--check']]) {
      const { code, errors } = await template(write('a.ts', `${outbound('log')}${outbound('greet')}`), ...options);
      assert.equal(code, 2, errors);
      assert.match(errors, /^log\.json is a symbolic link, which this command does not follow\.$/m);
      assert.match(errors, /^greet\.json is a symbolic link/m);
    }
    assert.equal(readFileSync(join(path, 'foreign.json'), 'utf8'), foreign);
    assert.ok(!existsSync(join(path, 'missing.json')), 'nothing was written through the link');
  });

  test('a link that appears after the folder was read is not followed either', () => {
    const { path } = project();
    writeFileSync(join(path, 'foreign.json'), foreign);
    symlinkSync('foreign.json', join(path, 'log.json'));
    assert.throws(
      () => writeOutputFolder(path, [{ path: 'log.json', text: '{}' }]),
      /log\.json cannot be written \(ELOOP\)/,
    );
    assert.equal(readFileSync(join(path, 'foreign.json'), 'utf8'), foreign);
  });

  test('links to foreign files that no template needs do not matter', async () => {
    const { template, write, path } = project();
    mkdirSync(join(path, out), { recursive: true });
    symlinkSync('/nowhere', join(path, out, 'other.json'));
    assert.equal((await template(write('a.ts', outbound('log')))).code, 0);
  });

  test('a folder with the name of a template is named', async () => {
    const { template, write, path } = project();
    mkdirSync(join(path, out, 'log.json'), { recursive: true });
    const { code, errors } = await template(write('a.ts', outbound('log')));
    assert.equal(code, 2);
    assert.match(errors, /^log\.json is a folder\.$/m);
  });

  test('a file that is too long to be one of templates is named', async () => {
    const { template, write, path } = project();
    mkdirSync(join(path, out), { recursive: true });
    writeFileSync(join(path, out, 'log.json'), Buffer.alloc(16 * 1024 * 1024 + 1, ' '));
    const { code, errors } = await template(write('a.ts', outbound('log')));
    assert.equal(code, 2);
    assert.match(errors, /^log\.json is a file that cannot be read \(it is longer than 16 MB\)\.$/m);
  });

  test('an output folder that is a file is named', async () => {
    const { template, write, path } = project();
    writeFileSync(join(path, 'out'), foreign);
    const { code, errors } = await template(write('a.ts', outbound('log')), '--out', 'out');
    assert.equal(code, 2);
    assert.match(errors, /out cannot be read \(ENOTDIR\)\.\nFix: /);
    assert.doesNotMatch(errors, /^ +at /m);
  });
});

test('ids of any length and of any characters have a file', async () => {
  const { template, write, path } = project();
  const ids = ['..', '🎉', 'x'.repeat(5_000), `${'x'.repeat(4_999)}y`];
  const text = ids.map((id, index) => outbound(`log${index}`, { extra: `template: { id: ${JSON.stringify(id)} },` }));
  const { code, errors } = await template(write('a.ts', text.join('')), '--out', 'out');
  assert.equal(code, 0, errors);
  const names = readdirSync(join(path, 'out')).sort();
  assert.equal(names.length, 4);
  assert.deepEqual(names.slice(0, 2), ['template-1f389.json', 'template-2e-2e.json']);
  for (const name of names.slice(2)) assert.match(name, /^x{107}-[0-9a-f]{12}\.json$/);
  const again = await template(write('a.ts', text.join('')), '--out', 'out', '--check');
  assert.equal(again.code, 0, again.errors + again.output);
});

describe('icons', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  const png = Buffer.from('89504e470d0a1a0a00', 'hex');
  const withIcon = (icon: string): string => outbound('log', { extra: `template: { icon: ${JSON.stringify(icon)} },` });

  test('a file relative to the module becomes a data URI', async () => {
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
    ['./log.gif', /log\.gif must be an \.svg or \.png file/],
    ['./gone.svg', /gone\.svg cannot be read/],
    ['./text.png', /text\.png is not an image\/png file/],
  ] as const) {
    test(`refuses ${icon}`, async () => {
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
  test('reports that everything is up to date and exits with 0', async () => {
    const { template, write } = project();
    const module = write('a.ts', outbound('log'));
    await template(module);
    const { code, output } = await template(module, '--check');
    assert.equal(output, `The template in ${out} is up to date.\n`);
    assert.equal(code, 0);
  });

  test('lists stale, missing and left-over templates, exits with 1 and writes nothing', async () => {
    const { template, write, path } = project();
    await template(write('a.ts', `${outbound('log')}${outbound('gone')}`));
    const before = readFileSync(join(path, out, 'log.json'), 'utf8');
    const module = write('a.ts', `${outbound('log', { label: 'Text' })}${outbound('greet')}`);
    const { code, output } = await template(module, '--check');
    assert.equal(code, 1);
    assert.match(output, /^missing .*\/greet\.json$/m);
    assert.match(output, /^stale .*\/log\.json$/m);
    assert.match(output, /^left over .*\/gone\.json: no connector of these modules has the template gone$/m);
    assert.match(output, /^- +"label": "Message",\n\+ +"label": "Text",$/m);
    assert.match(output, /Fix: camunda-connectors template \S+ --version-bump, and delete the left-over templates/);
    assert.deepEqual(readdirSync(join(path, out)), ['gone.json', 'log.json']);
    assert.equal(readFileSync(join(path, out, 'log.json'), 'utf8'), before);
  });

  test('names a stale template in a single file by its id', async () => {
    const { template, write } = project();
    const options = ['--single-file', '--out', 'out'];
    await template(write('a.ts', `${outbound('log')}${outbound('greet')}`), ...options);
    const module = write('a.ts', `${outbound('log')}${outbound('greet', { label: 'Text' })}`);
    const { code, output } = await template(module, '--check', ...options);
    assert.equal(code, 1);
    assert.deepEqual(output.match(/^stale.*$/gm), ['stale       out/connectors.json (greet)']);
  });
});

describe('exits with 2 and a reason', () => {
  for (const [title, text, message] of [
    ['a module that does not load', 'throw new Error("no luck today");', /cannot be loaded: no luck today/],
    ['a module without connectors', 'export const answer = 42;', /There is no connector in \.\/a-\d+\.ts/],
    [
      'two connectors with the same id',
      `${outbound('log')}${outbound('other', { extra: "template: { id: 'log' }," })}`,
      /Connector log \(export log of \.\/a-\d+\.ts\) and Connector other \(export other of \.\/a-\d+\.ts\) have the same template id "log"; give one/,
    ],
    [
      'two descriptions of one credential',
      `const kept = (entries) => v.pipe(v.object(entries), v.metadata({ camunda: { credential: { id: 'k:1', name: 'K' } } }));
       const own = (type, entries) => defineOutbound({ name: type, type, input: v.object({ key: kept(entries) }), run: () => ({}) });
       export const a = own('a', { x: v.string() });
       export const b = own('b', { y: v.string() });
       export const c = own('c', { x: v.string() });`,
      /^(?!.*c \(export c).*a \(export a of .*\) and b \(export b of .*\) describe version 1 of the credential "k:1" differently/s,
    ],
    [
      'two connectors without a template',
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
    [[], /template needs at least one module/],
    [['./gone.ts'], /no file \.\/gone\.ts/],
    [['./gone.ts', '--watch'], /no file \.\/gone\.ts/],
    [['./a.ts', '--chek'], /template has no option --chek\. Did you mean --check\?/],
    [['./a.ts', '--out'], /--out needs a value/],
    [['./a.ts', '--out='], /--out must name a folder/],
    [['./a.ts', '--check', '--watch'], /--check writes nothing, so it cannot be combined with --watch/],
    [['./a.ts', '--check', '--version-bump'], /--check writes nothing, so it cannot be combined with --version-bump/],
  ] as const) {
    test(['camunda-connectors template', ...args].join(' '), async () => {
      const { code, errors } = await project().template(...args);
      assert.match(errors, message);
      assert.equal(code, 2);
    });
  }

  test('a file that someone else wrote', async () => {
    const { template, write, path } = project();
    mkdirSync(join(path, 'out'));
    writeFileSync(join(path, 'out/log.json'), '{}');
    const { code, errors } = await template(write('a.ts', outbound('log')), '--out', 'out');
    assert.equal(code, 2);
    assert.match(errors, /log\.json already exists/);
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

test('the process of --check exits with 1 if templates are missing', async () => {
  const { write, path } = project();
  const module = write('a.mjs', outbound('log'));
  const { code, output } = await runProgram(['src/cli/main.ts', 'template', module, '--check'], { folder: path });
  assert.match(output, /^missing .*log\.json$/m);
  assert.equal(code, 1);
});

test('the templates of the examples match their connectors (fix: npm run templates)', async () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const [program, ...args] = scripts.templates!.replace(/^tsx /, '').split(' ');
  const { code, output, errors } = await runProgram([program!, ...args, '--check']);
  assert.equal(errors, '');
  assert.match(output, /^All \d+ templates in examples\/templates are up to date\.$/m);
  assert.equal(code, 0);
});

const commandLine = await compiled('src/cli/main.ts');

/** Starts `template --watch`. */
const watching = (path: string, ...args: string[]) => {
  const child = spawn(...withOnePipe(process.execPath, [commandLine, 'template', ...args, '--watch']), {
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
    /** Resolves with the output up to the next end of a round. */
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

test('--watch writes again when a module or one of its imports changes, until SIGINT', {
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

  const fixed = round();
  write('=a.ts', outbound('log', { label: 'Third' }));
  await fixed;
  assert.ok(holds('Third'));
  assert.equal(await end('SIGINT'), 0);
});

test('--watch raises a version only once, however often the template changes', {
  skip: process.platform === 'win32',
}, async () => {
  const { template, write, read, path } = project();
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }');
  const module = write('=a.mjs', outbound('log', { label: 'First' }));
  await template(module);

  const { round, end } = watching(path, module, '--version-bump');
  assert.match(await round(), /^unchanged .*log\.json$/m);
  for (const label of ['Second', 'Third']) {
    const next = round();
    write('=a.mjs', outbound('log', { label }));
    assert.match(await next, /^changed .*log\.json, version 2; the old version is now .*versioned\/log-1\.json$/m);
  }
  assert.match(JSON.stringify(read(`${out}/log.json`)), /"label":"Third"/);
  assert.match(JSON.stringify(read(`${out}/versioned/log-1.json`)), /"label":"First"/);
  assert.deepEqual(readdirSync(join(path, out, 'versioned')), ['log-1.json']);
  assert.equal(await end('SIGTERM'), 0);
});
