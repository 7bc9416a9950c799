import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import { parseBpmn } from '../../../src/engine/model/xml/parse-xml.ts';
import {
  bytes,
  chain,
  end,
  exclusiveGateway,
  flow,
  process,
  raw,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { modelOf, problemsOf } from './support.ts';

const xml = process('p', ...chain(start('start', { name: 'Grüße' }), serviceTask('a', { type: 'a' }), end()));

describe('a file that is not BPMN gives one problem', () => {
  const cases: readonly [string, string | Uint8Array][] = [
    ['an empty file', ''],
    ['text', 'hello'],
    ['JSON', '{"a": 1}'],
    ['other XML', '<html><body/></html>'],
    ['truncated XML', xml.slice(0, -30)],
    ['XML with crossed tags', xml.replace('</bpmn:process>', '</bpmn:task>')],
    ['XML of another namespace', xml.replace(/xmlns:bpmn="[^"]*"/, 'xmlns:bpmn="http://example.org/"')],
    ['bytes that are not UTF-8', Uint8Array.from([...bytes(xml), 0xff])],
    ['an unknown encoding', xml.replace('UTF-8', 'KLINGON')],
  ];
  for (const [title, content] of cases) {
    test(title, async () => {
      const problems = await problemsOf(content);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.element, 'test.bpmn');
      assert.doesNotMatch(problems[0]?.text ?? '', /\n/);
    });
  }
});

describe('a file can be encoded as', () => {
  const utf16 = (text: string): Uint8Array =>
    new Uint8Array(Buffer.from(`\ufeff${text.replace('UTF-8', 'UTF-16')}`, 'utf16le'));
  const cases: readonly [string, Uint8Array][] = [
    ['UTF-8', bytes(xml)],
    ['UTF-8 with a byte order mark', bytes(`\ufeff${xml}`)],
    ['UTF-8 without declaration', bytes(xml.replace(/<\?xml.*?\?>\n/, ''))],
    ['Latin-1', new Uint8Array(Buffer.from(xml.replace('UTF-8', 'ISO-8859-1'), 'latin1'))],
    ['UTF-16, little-endian', utf16(xml)],
    ['UTF-16, big-endian', new Uint8Array(Buffer.from(utf16(xml)).swap16())],
  ];
  for (const [title, content] of cases) {
    test(title, async () => assert.equal((await modelOf(content)).nodes.get('start')?.name, 'Grüße'));
  }
});

test('skipped content is located with any line breaks and any content before it', async () => {
  const decoy =
    '<!-- <bpmn:task id="no"> --><bpmn:documentation>a &lt; b<![CDATA[ <bpmn:task id="no"> ]]></bpmn:documentation>';
  for (const lineBreak of ['\n', '\r\n', '\r']) {
    const broken = xml
      .replace(
        '<bpmn:endEvent',
        `${decoy}\n<bpmn:task name="a > b"\n  id='inner'><bpmn:extensionElements>\n<zeebe:unheardOf/></bpmn:extensionElements></bpmn:task>\n<bpmn:endEvent`,
      )
      .replaceAll('\n', lineBreak);
    assert.deepEqual(
      (await problemsOf(broken)).map(({ element }) => element),
      ['inner > extensionElements > unheardOf'],
    );
  }
});

test('every piece of skipped content is located in its own element', async () => {
  const lost = Array.from({ length: 500 }, (_, index) =>
    raw(`<bpmn:task id="t${index}"><bpmn:magic/></bpmn:task><bpmn:magicTask/>`),
  );
  const problems = await problemsOf(process('p', ...chain(start(), end()), ...lost));
  const places = lost.flatMap((_, index) => [`t${index} > magic`]);
  assert.deepEqual(problems.map(({ element }) => element).sort(), [...places, 'p > magicTask'].sort());
});

test('deeply nested and very long processes compile', async () => {
  let inner = serviceTask('core', { type: 'c' });
  for (let depth = 0; depth < 300; depth += 1)
    inner = subProcess(`s${depth}`, {}, ...chain(start(`in${depth}`), inner, end(`out${depth}`)));
  assert.equal((await modelOf(process('deep', ...chain(start(), inner, end())))).nodes.size, 300 * 3 + 3);
  const tasks = Array.from({ length: 2000 }, (_, index) => serviceTask(`t${index}`, { type: 't' }));
  assert.equal((await modelOf(process('long', ...chain(start(), ...tasks, end())))).nodes.size, 2002);
});

describe('compiling never rejects', () => {
  test('for any bytes', async () => {
    const content = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string().map(bytes));
    await fc.assert(
      fc.asyncProperty(content, async (data) => {
        const compiled = await compileBpmn('x.bpmn', data);
        assert.equal(compiled.ok, false);
        assert.equal(!compiled.ok && compiled.problems.length, 1);
      }),
    );
  });

  test('for a valid file with a part removed or replaced', async () => {
    const valid = process(
      'p',
      ...chain(
        start('start', { message: 'm' }),
        serviceTask('a', { type: '=t', inputs: { x: '=1' }, headers: { k: 'v' } }),
        exclusiveGateway('g', { default: 'd' }),
        subProcess('s', {}, ...chain(start('s1'), end('s2', { error: 'E' }))),
        end(),
      ),
      flow('g', 'end', { id: 'd' }),
    );
    const noise = fc.constantFrom(
      '',
      '<',
      '>',
      '"',
      '&',
      '=',
      '<bpmn:task/>',
      ' id="a"',
      '__proto__',
      'constructor',
      '\u0000',
    );
    const position = fc.nat({ max: valid.length });
    await fc.assert(
      fc.asyncProperty(position, fc.nat({ max: 40 }), noise, async (from, length, filler) => {
        const compiled = await compileBpmn('x.bpmn', bytes(valid.slice(0, from) + filler + valid.slice(from + length)));
        assert.ok(compiled.ok ? compiled.processes.length > 0 : compiled.problems.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading time is linear in', () => {
  const blanks = ' '.repeat(2_000_000);
  const cases: readonly [string, string, RegExp][] = [
    ['blanks without markup', blanks, /not a BPMN 2\.0 document/],
    ['blanks before text', `${blanks}x`, /not a BPMN 2\.0 document/],
    ['blanks inside text of a process', process('p', raw(`a${blanks}b`), start()), /cannot be read/],
    ['lines of blanks', `${' \n'.repeat(1_000_000)}x`, /not a BPMN 2\.0 document/],
  ];
  for (const [title, content, expected] of cases) {
    test(title, async () => {
      const [problem] = await problemsOf(content);
      assert.match(problem?.text ?? '', expected);
      assert.ok((problem?.text ?? '').length < 500, 'the problem does not quote the file');
    });
  }
});

test('a file that takes too long to read is refused', async () => {
  const faults = process('p', start(), raw('<bpmn:foo/>'.repeat(20_000)));
  const parsed = await parseBpmn('p.bpmn', bytes(faults), 20);
  assert.deepEqual(parsed, {
    ok: false,
    problems: [{ element: 'p.bpmn', text: 'Reading the file takes longer than 0.02 s. Split it.' }],
  });
  assert.ok((await parseBpmn('p.bpmn', bytes(process('p', start())))).ok, 'the next file is read');
});
