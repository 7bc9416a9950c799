import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fileNameOf } from '../../../src/cli/template/file-name.ts';
import {
  archivePath,
  type FolderFile,
  readTemplateFolder,
  stringify,
  type TemplateData,
  templateFileName,
} from '../../../src/cli/template/output-folder.ts';
import { planTemplates, type TemplatePlan, withVersion } from '../../../src/cli/template/plan.ts';
import { codePoint } from '../../support/code-points.ts';

interface Sketch {
  readonly id?: string;
  readonly version?: number;
  readonly label?: string;
  readonly own?: boolean;
}

const header = (version: number) => ({
  type: 'Hidden',
  value: String(version),
  binding: { type: 'zeebe:taskHeader', key: 'elementTemplateVersion' },
});

const make = ({ id = 'log', version = 1, label = 'Message', own = true }: Sketch = {}): TemplateData => ({
  ...{ name: 'Log', id, version },
  properties: [{ label, binding: { type: 'zeebe:input', name: 'message' } }, header(version)] as never,
  ...(own ? { metadata: { generator: 'camunda-connectors' } } : {}),
});

const file = (path: string, content: unknown): FolderFile => ({ path, text: stringify(content) });

const plan = (
  files: readonly FolderFile[],
  templates: readonly TemplateData[],
  options: { readonly bump?: boolean; readonly single?: boolean } = {},
): TemplatePlan =>
  planTemplates({ folder: readTemplateFolder(files), templates, bump: false, single: false, ...options });

/** State and version of each template. */
const decided = ({ templates }: TemplatePlan) => templates.map(({ state, template }) => [state, template.version]);

const written = ({ files }: TemplatePlan) =>
  Object.fromEntries(files.map(({ path, text }) => [path, JSON.parse(text)]));

describe('file names', () => {
  for (const [text, name] of [
    ['log', 'log'],
    ['http-get', 'http-get'],
    ['random_inbound', 'random-inbound'],
    ['io.example.HTTPGetPage.v2', 'io-example-http-get-page-v2'],
    ['LogConnector', 'log-connector'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Größe:Maß', 'größe-maß'],
    ['..', 'template-2e-2e'],
    ['🎉', 'template-1f389'],
    ['🎉🎊', 'template-1f389-1f38a'],
    ['---', 'template-2d-2d-2d'],
    ['NUL', 'template-nul'],
    ['com1', 'template-com1'],
    ['a'.repeat(120), 'a'.repeat(120)],
    ['a'.repeat(121), `${'a'.repeat(107)}-e9615320128c`],
  ] as const) {
    test(`${text} becomes ${name}`, () => assert.equal(fileNameOf(text), name));
  }

  test('no id leads outside the folder', () => {
    fc.assert(fc.property(fc.string({ unit: codePoint }), (id) => assert.ok(!/[/\\]/.test(templateFileName(id)))));
  });
});

describe('the version on disk is the base', () => {
  const old = make({ version: 3 });
  for (const [title, files, generated, bump, expected] of [
    ['a new template gets the declared version', [], make({ version: 2 }), false, ['new', 2]],
    ['the same content keeps the version on disk', [file('log.json', old)], make(), false, ['unchanged', 3]],
    [
      'the same content keeps the version on disk, also with --version-bump',
      [file('log.json', old)],
      make(),
      true,
      ['unchanged', 3],
    ],
    [
      'changed content gets a higher declared version',
      [file('log.json', old)],
      make({ version: 7 }),
      false,
      ['raised', 7],
    ],
    [
      'changed content without a declared version is a conflict',
      [file('log.json', old)],
      make({ label: 'Text' }),
      false,
      ['conflict', 3],
    ],
    [
      'changed content with the same declared version is a conflict',
      [file('log.json', old)],
      make({ version: 3, label: 'Text' }),
      false,
      ['conflict', 3],
    ],
    [
      'changed content gets the next version with --version-bump',
      [file('log.json', old)],
      make({ label: 'Text' }),
      true,
      ['raised', 4],
    ],
    [
      'a higher declared version takes precedence over --version-bump',
      [file('log.json', old)],
      make({ version: 9, label: 'Text' }),
      true,
      ['raised', 9],
    ],
    [
      'a template without a version counts as the oldest',
      [file('log.json', { ...old, version: undefined })],
      make(),
      false,
      ['raised', 1],
    ],
    [
      'a deleted template continues after its archived version',
      [file('versioned/log-4.json', make({ version: 4 }))],
      make(),
      false,
      ['new', 5],
    ],
  ] as const) {
    test(title, () => assert.deepEqual(decided(plan(files, [generated], { bump })), [expected]));
  }

  test('the version is also written to the task header', () => {
    const { files } = plan([file('log.json', old)], [make({ label: 'Text' })], { bump: true });
    assert.deepEqual(JSON.parse(files.at(-1)!.text), make({ version: 4, label: 'Text' }));
  });

  test('changing the version changes nothing else', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (first, second) => {
        assert.deepEqual(withVersion(withVersion(make(), first), second), make({ version: second }));
      }),
    );
  });
});

describe('files', () => {
  test('the same content with other formatting or key order keeps its bytes', () => {
    const { metadata, ...rest } = make() as TemplateData & { metadata: unknown };
    const text = `${JSON.stringify({ metadata, ...rest }).replaceAll(',', ',\r\n')}\r\n`;
    const { files, templates } = plan([{ path: 'log.json', text }], [make()]);
    assert.equal(templates[0]?.state, 'unchanged');
    assert.deepEqual(files, [{ path: 'log.json', text }]);
  });

  test('a replaced template moves to versioned/ under its version', () => {
    const old = make({ version: 3 });
    const raised = plan([file('log.json', old)], [make({ label: 'Text' })], { bump: true });
    assert.deepEqual(written(raised), {
      'versioned/log-3.json': old,
      'log.json': make({ version: 4, label: 'Text' }),
    });
    assert.equal(archivePath(old), 'versioned/log-3.json');
  });

  test('a version that is already archived is not archived again', () => {
    const old = make({ version: 3 });
    const files = [file('log.json', old), file('versioned/log-3.json', old)];
    const raised = plan(files, [make({ label: 'Text' })], { bump: true });
    assert.deepEqual(raised.problems, []);
    assert.deepEqual(Object.keys(written(raised)), ['log.json']);
  });

  test('an archived version is never overwritten with other content', () => {
    const files = [
      file('log.json', make({ version: 3 })),
      file('versioned/log-3.json', make({ version: 3, label: 'X' })),
    ];
    const { problems } = plan(files, [make({ label: 'Text' })], { bump: true });
    assert.match(problems.join(), /versioned\/log-3\.json already exists/);
  });

  for (const [title, content] of [
    ['a template by someone else', make({ id: 'other' })],
    ['something other than a template', { answer: 42 }],
    ['a list', [make()]],
  ] as const) {
    test(`a file with ${title} is not overwritten`, () => {
      assert.match(plan([file('log.json', content)], [make()]).problems.join(), /log\.json already exists/);
    });
  }

  test('a file that is not JSON is not overwritten', () => {
    assert.match(plan([{ path: 'log.json', text: '{' }], [make()]).problems.join(), /log\.json already exists/);
  });

  test('a handwritten template with the same id is replaced', () => {
    const byHand = make({ version: 2, own: false });
    assert.deepEqual(decided(plan([file('log.json', byHand)], [make()], { bump: true })), [['raised', 3]]);
  });

  test('refuses two ids with the same file name', () => {
    const { problems } = plan([], [make({ id: 'http.get' }), make({ id: 'http-get' })]);
    assert.match(problems.join(), /"http\.get" and "http-get" would be written to the same file, http-get\.json/);
  });
});

describe('left-over templates', () => {
  test('are those of this program whose connector is gone, and no others', () => {
    const files = [
      ...[file('old.json', make({ id: 'old' })), file('hand.json', make({ id: 'hand', own: false }))],
      ...[file('notes.json', { answer: 42 }), file('versioned/older-1.json', make({ id: 'older' }))],
    ];
    assert.deepEqual(plan(files, [make()]).leftOver, [{ path: 'old.json', id: 'old', reason: 'gone' }]);
  });

  test('a template that moves to a file of its own keeps its version', () => {
    const moved = plan([file('connectors.json', [make({ version: 5 })])], [make()]);
    assert.deepEqual(decided(moved), [['unchanged', 5]]);
    assert.deepEqual(moved.leftOver, [{ path: 'connectors.json', id: 'log', reason: 'twice' }]);
    assert.deepEqual(Object.keys(written(moved)), ['log.json']);
  });
});

describe('a single file', () => {
  const single = { single: true };

  test('contains all templates in a list', () => {
    const both = [make(), make({ id: 'greet' })];
    assert.deepEqual(written(plan([], both, single)), { 'connectors.json': both });
  });

  test('archives replaced templates in files of their own, and drops those without a connector', () => {
    const files = [file('connectors.json', [make({ version: 3 }), make({ id: 'gone' })])];
    const raised = plan(files, [make({ label: 'Text' })], { single: true, bump: true });
    assert.deepEqual(raised.problems, []);
    assert.deepEqual(raised.leftOver, [{ path: 'connectors.json', id: 'gone', reason: 'gone' }]);
    assert.deepEqual(written(raised), {
      'versioned/log-3.json': make({ version: 3 }),
      'connectors.json': [make({ version: 4, label: 'Text' })],
    });
  });

  test('does not drop a template by someone else', () => {
    const files = [file('connectors.json', [make(), make({ id: 'hand', own: false })])];
    assert.match(plan(files, [make()], single).problems.join(), /contains "log", "hand"/);
  });
});

test('a second run leaves everything unchanged', () => {
  const sketch = fc.record({
    id: fc.constantFrom('log', 'greet', 'a.b'),
    version: fc.integer({ min: 1, max: 4 }),
    label: fc.constantFrom('A', 'B'),
    own: fc.constant(true),
  });
  const sketches = fc.uniqueArray(sketch, { selector: ({ id }) => id });
  fc.assert(
    fc.property(sketches, sketches, fc.boolean(), (before, after, single) => {
      const files = plan([], before.map(make), { single }).files;
      const first = plan(files, after.map(make), { single, bump: true });
      assert.deepEqual(first.problems, []);
      const merged = new Map([...files, ...first.files].map((one) => [one.path, one] as const));
      const second = plan([...merged.values()], after.map(make), { single });
      assert.ok(second.templates.every(({ state }) => state === 'unchanged'));
      assert.deepEqual(
        second.files.filter(({ path, text }) => merged.get(path)?.text !== text),
        [],
      );
    }),
  );
});
