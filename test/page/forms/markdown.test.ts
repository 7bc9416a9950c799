/** The Markdown of forms: what becomes elements, and that nothing else does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RichNode, readMarkdown, safeAddress } from '../../../src/page/forms/markdown.ts';

/** Nodes as HTML, only to be compared. */
const shown = (nodes: readonly RichNode[]): string =>
  nodes
    .map((node) => {
      if (typeof node === 'string') return node.replaceAll('<', '&lt;');
      const { tag, href, start, children } = node;
      const attributes = `${href === undefined ? '' : ` href=${href}`}${start === undefined ? '' : ` start=${start}`}`;
      return tag === 'br' || tag === 'hr' ? `<${tag}>` : `<${tag}${attributes}>${shown(children)}</${tag}>`;
    })
    .join('');

for (const [text, expected] of [
  ['', ''],
  ['plain', '<p>plain</p>'],
  ['one\ntwo', '<p>one<br>two</p>'],
  ['one\r\n\r\ntwo', '<p>one</p><p>two</p>'],
  ['# Title', '<h1>Title</h1>'],
  ['### Third ###\ntext', '<h3>Third</h3><p>text</p>'],
  ['## C# and F#', '<h2>C# and F#</h2>'],
  ['# C# #\t', '<h1>C#</h1>'],
  ['# ##', '<h1></h1>'],
  ['# a\u2028b #', '<h1>a\u2028b</h1>'],
  ['#no heading', '<p>#no heading</p>'],
  ['**bold** and *italic* and ~~gone~~', '<p><strong>bold</strong> and <em>italic</em> and <del>gone</del></p>'],
  ['__bold__ and _italic_', '<p><strong>bold</strong> and <em>italic</em></p>'],
  ['***both***', '<p><strong><em>both</em></strong></p>'],
  ['**a *b* c**', '<p><strong>a <em>b</em> c</strong></p>'],
  ['*a **b** c*', '<p><em>a <strong>b</strong> c</em></p>'],
  ['snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>'],
  ['**never closed', '<p>**never closed</p>'],
  ['\\*not italic\\*', '<p>*not italic*</p>'],
  ['`a * b` and ``a ` b``', '<p><code>a * b</code> and <code>a ` b</code></p>'],
  ['[us](https://a.example/x?y=1 "title")', '<p><a href=https://a.example/x?y=1>us</a></p>'],
  ['[**us**](mailto:a@b.example)', '<p><a href=mailto:a@b.example><strong>us</strong></a></p>'],
  ['[us](https://a.example/b_(c))', '<p><a href=https://a.example/b_(c)>us</a></p>'],
  ['[click](javascript:alert(1))', '<p>click</p>'],
  ['[click](data:text/html,x) [file](file:///etc/hosts)', '<p>click file</p>'],
  ['[page](/do/start) [other](//a.example)', '<p>page other</p>'],
  ['see https://a.example/x.', '<p>see <a href=https://a.example/x>https://a.example/x</a>.</p>'],
  ['<https://a.example>', '<p><a href=https://a.example>https://a.example</a></p>'],
  ['![a plan](https://a.example/plan.png)', '<p><a href=https://a.example/plan.png>a plan</a></p>'],
  ['<b>bold</b><script>x</script>', '<p>&lt;b>bold&lt;/b>&lt;script>x&lt;/script></p>'],
  ['one<br>two<br/>three', '<p>one<br>two<br>three</p>'],
  ['- one\n- two', '<ul><li>one</li><li>two</li></ul>'],
  ['1. one\n2. two', '<ol><li>one</li><li>two</li></ol>'],
  ['3) three\n4) four', '<ol start=3><li>three</li><li>four</li></ol>'],
  ['- one\n  - inner\n  - inner 2\n- two', '<ul><li>one<ul><li>inner</li><li>inner 2</li></ul></li><li>two</li></ul>'],
  ['- one\n\n- two\n\nafter', '<ul><li>one</li><li>two</li></ul><p>after</p>'],
  ['- one\ngoes on', '<ul><li>one<br>goes on</li></ul>'],
  ['text\n- one', '<p>text</p><ul><li>one</li></ul>'],
  ['* one\n1. two', '<ul><li>one</li></ul><ol><li>two</li></ol>'],
  ['-', '<ul><li></li></ul>'],
  ['---', '<hr>'],
  ['* * *', '<hr>'],
  ['> said\n> **so**', '<blockquote><p>said<br><strong>so</strong></p></blockquote>'],
  ['```js\na *b*\n\n# c\n```\nafter', '<pre><code>a *b*\n\n# c</code></pre><p>after</p>'],
  ['~~~\nnever closed', '<pre><code>never closed</code></pre>'],
  [
    '| a | b |\n|---|:-:|\n| 1 | **2** |\n| 3 \\| 4 |  |',
    '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td><strong>2</strong></td></tr><tr><td>3 | 4</td><td></td></tr></tbody></table>',
  ],
  ['a | b\nno rule', '<p>a | b<br>no rule</p>'],
] as const) {
  test(`Markdown ${JSON.stringify(text)}`, () => assert.equal(shown(readMarkdown(text)), expected));
}

for (const [address, expected] of [
  ['https://a.example', 'https://a.example'],
  ['HTTP://a.example', 'HTTP://a.example'],
  [' mailto:a@b.example ', 'mailto:a@b.example'],
  ['javascript:alert(1)', undefined],
  ['java\nscript:alert(1)', undefined],
  ['https:\\\\a.example', undefined],
  ['https:a.example', undefined],
  ['vbscript:x', undefined],
  ['//a.example', undefined],
  ['', undefined],
] as const) {
  test(`the address ${JSON.stringify(address)} ${expected === undefined ? 'is not' : 'is'} one for a link`, () =>
    assert.equal(safeAddress(address), expected));
}

/** Texts that have much of what Markdown consists of. */
const marked = fc
  .array(
    fc.oneof(
      fc.constantFrom('*', '**', '_', '~~', '`', '```', '[', ']', '(', ')', '](', '!', '<', '>', '\\', '|', '|-|'),
      fc.constantFrom(
        '\n',
        '\n\n',
        '\n- ',
        '\n  - ',
        '\n1. ',
        '\n> ',
        '\n# ',
        '\n---\n',
        ' ',
        '\t',
        '<br>',
        '<script>',
      ),
      fc.constantFrom('https://a.example', 'javascript:', 'mailto:', 'word', 'ä', '😀', '&lt;', '"', "'"),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const tags = new Set(
  'h1 h2 h3 h4 h5 h6 p ul ol li blockquote pre hr br strong em del code a table thead tbody tr th td'.split(' '),
);

const elementsOf = (nodes: readonly RichNode[]): readonly Exclude<RichNode, string>[] =>
  nodes.flatMap((node) => (typeof node === 'string' ? [] : [node, ...elementsOf(node.children)]));

const textOf = (nodes: readonly RichNode[]): string =>
  nodes.map((node) => (typeof node === 'string' ? node : textOf(node.children))).join('');

test('of any text come only known elements, and links only to the web and to mail', () => {
  fc.assert(
    fc.property(marked, (text) => {
      for (const { tag, href } of elementsOf(readMarkdown(text))) {
        assert.ok(tags.has(tag), `${tag} is not an element of Markdown`);
        assert.equal(href !== undefined, tag === 'a', 'only links have an address');
        if (href !== undefined) assert.match(href, /^(?:https?:\/\/|mailto:)/i);
      }
    }),
  );
});

test('no word of a text is lost', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 1, maxLength: 12 });
  const marks = fc.constantFrom(
    ' ',
    '\n',
    '\n\n',
    ' **',
    '** ',
    ' *',
    '* ',
    ' _',
    '_ ',
    '\n- ',
    '\n2. ',
    '\n> ',
    '\n# ',
    '`',
  );
  fc.assert(
    fc.property(words, fc.array(marks, { minLength: 12, maxLength: 12 }), (given, between) => {
      const text = given.map((word, index) => `${word}${between[index]}`).join('');
      const read = textOf(readMarkdown(text));
      for (const word of given) assert.ok(read.includes(word), `${word} is missing in ${JSON.stringify(read)}`);
    }),
  );
});

test('long runs of marks and deep lists end, and what is too deep stays text', () => {
  const deep = Array.from({ length: 200 }, (_, depth) => `${'  '.repeat(depth)}- x${depth}`).join('\n');
  assert.ok(textOf(readMarkdown(deep)).includes('x199'), 'the innermost item is there');
  for (const mark of ['*', '*a ', '[', '`', '> ', '- ', '|', '\n', '~~', '_a_', '<', '(', '\\']) {
    const text = mark.repeat(20_000 / mark.length);
    assert.ok(Array.isArray(readMarkdown(text)), `${JSON.stringify(mark)} ends`);
  }
});

// A pattern that takes cubic time would not end with these.
const longRuns: readonly (readonly [before: string, run: string, after: string])[] = [
  ['# ', ' ', 'x'],
  ['# a', ' ', 'x'],
  ['# a', ' #', 'x'],
  ['# a', ' ', '\u2028'],
  ['# ', '#', '\u2028'],
  ['# ', '\u2028', 'x'],
  ['', ' ', '#'],
  ['a|b\n', ' ', 'x'],
  ['a|b\n', ' ', '-x'],
  ['a|b\n-', ' ', 'x'],
  ['a|b\n|', '-|', 'x'],
  ['a|b\n', ' - |', 'x'],
  ['a|b\n', ':-', 'x'],
  ['', '* ', 'x'],
  ['*', ' ', 'x'],
  ['- ', '\t', 'x'],
  ['[a](b', ' ', 'x'],
  ['[a](b "', '"', 'x'],
  ['[a](', '(', 'x'],
  ['[a](', '()', 'x'],
  ['[', '[]', 'x'],
  ['https://a', '.', 'x'],
  ['<https://a', '>', 'x'],
  ['<br', ' ', 'x'],
  ['a', '`', 'x'],
];

test('long runs of a character between others end, and what is around them is there', () => {
  for (const [before, run, after] of longRuns) {
    const count = Math.floor((20_000 - before.length - after.length) / run.length);
    const text = `${before}${run.repeat(count)}${after}`;
    const read = textOf(readMarkdown(text));
    assert.ok(read.includes(after.trim().at(-1) ?? ''), `the end of ${JSON.stringify([before, run, after])} is there`);
  }
  const table = `a|b\n${' '.repeat(6_000)}-${' '.repeat(6_000)}`;
  assert.equal(elementsOf(readMarkdown(table))[0]!.tag, 'table');
  assert.deepEqual(readMarkdown(`${table}x`), [
    { tag: 'p', children: ['a|b', { tag: 'br', children: [] }, `-${' '.repeat(6_000)}x`] },
  ]);
});
