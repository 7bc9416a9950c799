import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytes, chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { modelOf, problemsOf } from './support.ts';

const xml = process('p', ...chain(start(), serviceTask('a', { type: 'a', name: 'A' }), end()));

const changed = (from: string | RegExp, to: string): string => {
  const result = xml.replace(from, to);
  assert.notEqual(result, xml, 'the file was changed');
  return result;
};

describe('a file is refused that is not well-formed XML:', () => {
  const cases: readonly [title: string, content: string, text: RegExp][] = [
    [
      'an element that is not closed',
      xml.slice(0, xml.indexOf('</bpmn:process>')),
      /line \d+, column \d+: <bpmn:process> is not closed/,
    ],
    ['a file that ends in a tag', xml.slice(0, xml.indexOf('isExecutable') + 5), /line \d+, column \d+: /],
    [
      'crossed tags',
      changed('</bpmn:process>', '</bpmn:task>'),
      /There is <\/bpmn:task>, but <\/bpmn:process> is expected/,
    ],
    ['a second root element', `${xml}<bpmn:definitions/>`, /second root element/],
    ['text after the root element', `${xml}more`, /text outside the root element/],
    ['a section of text after the root element', `${xml}<![CDATA[x]]>`, /text outside the root element/],
    ['a closing tag after the root element', `${xml}</bpmn:process>`, /nothing is open/],
    ['an attribute twice', changed('name="A"', 'name="A" name="B"'), /attribute "name" is there twice/],
    ['an attribute without quotes', changed('name="A"', 'name=A'), /<bpmn:serviceTask> is not complete/],
    ['an attribute without a value', changed('name="A"', 'name'), /<bpmn:serviceTask> is not complete/],
    ['two attributes without a blank', changed('name="A"', 'name="A"x="y"'), /<bpmn:serviceTask> is not complete/],
    ['a "<" in an attribute', changed('name="A"', 'name="a < b"'), /<bpmn:serviceTask> is not complete/],
    ['a "&" in an attribute', changed('name="A"', 'name="a & b"'), /"&" in the attribute "name" must be "&amp;"/],
    ['an unknown entity', changed('name="A"', 'name="&nbsp;"'), /"&" in the attribute "name"/],
    [
      'a "&" in text',
      changed('<bpmn:startEvent', '<bpmn:documentation>a & b</bpmn:documentation><bpmn:startEvent'),
      /"&" must be/,
    ],
    [
      'a "<" in text',
      changed('<bpmn:startEvent', '<bpmn:documentation>a < b</bpmn:documentation><bpmn:startEvent'),
      /begins no element/,
    ],
    [
      'a "]]>" in text',
      changed('<bpmn:startEvent', '<bpmn:documentation>]]></bpmn:documentation><bpmn:startEvent'),
      /must be written as "\]\]&gt;"/,
    ],
    ['a comment with "--"', changed('<bpmn:startEvent', '<!-- a -- b --><bpmn:startEvent'), /must not contain "--"/],
    ['a comment that is not closed', `${xml}<!-- a`, /comment is not closed/],
    ['a document type', changed('<bpmn:definitions', '<!DOCTYPE x><bpmn:definitions'), /document type is not allowed/],
    [
      'an undeclared prefix of an element',
      changed(/xmlns:zeebe="[^"]*"/, ''),
      /prefix "zeebe" of "zeebe:taskDefinition" is not declared/,
    ],
    [
      'an undeclared prefix of an attribute',
      changed('name="A"', 'foo:name="A"'),
      /prefix "foo" of "foo:name" is not declared/,
    ],
    ['a control character', changed('name="A"', 'name="\u0001"'), /character that XML does not allow/],
  ];
  for (const [title, content, text] of cases) {
    test(title, async () => {
      const problems = await problemsOf(content);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.equal(problems[0]?.element, 'test.bpmn');
      assert.match(problems[0]?.text ?? '', /not a BPMN 2\.0 document/);
      assert.match(problems[0]?.text ?? '', text);
    });
  }
});

test('the line and column of an error count from 1', async () => {
  const [problem] = await problemsOf('<a>\r\n<b>\n  </c></b></a>');
  assert.match(problem?.text ?? '', /line 3, column 3: There is <\/c>, but <\/b> is expected/);
});

test('a file is accepted with everything that XML allows', async () => {
  const content = xml
    .replace('<bpmn:startEvent', '<!-- a - b --><?editor x="<"?><bpmn:startEvent')
    .replace('name="A"', `name='&lt;"&#x41;&#66;&amp;' xml:lang="en"\n  xmlns:my-tool="urn:x" my-tool:size="1"`)
    .replace(
      '</bpmn:process>',
      '<bpmn:textAnnotation id="t"><bpmn:text>a <![CDATA[& <]]> b</bpmn:text></bpmn:textAnnotation></bpmn:process>',
    );
  const model = await modelOf(bytes(`${content}\n<!-- end -->\n`));
  assert.equal(model.nodes.get('a')?.name, '<"AB&');
});

describe('an element is refused', () => {
  const task = /<bpmn:serviceTask id="a"([^>]*)>(<bpmn:extensionElements>.*?<\/bpmn:extensionElements>)/;
  const cases: readonly [title: string, content: string, element: string, text: RegExp][] = [
    [
      'with text in its extension elements',
      changed('<zeebe:taskDefinition', '0ex<zeebe:taskDefinition'),
      'a > extensionElements',
      /text in <extensionElements>/,
    ],
    ['with text', changed('</bpmn:serviceTask>', 'x</bpmn:serviceTask>'), 'a', /text in <serviceTask>/],
    [
      'with extension elements behind its flows',
      changed(task, '<bpmn:serviceTask id="a"$1><bpmn:incoming>start-a</bpmn:incoming>$2'),
      'a',
      /<extensionElements> must come before/,
    ],
    [
      'with two groups of extension elements',
      changed(task, '<bpmn:serviceTask id="a"$1><bpmn:extensionElements/>$2'),
      'a',
      /more than one <extensionElements>/,
    ],
  ];
  for (const [title, content, element, text] of cases) {
    test(title, async () => {
      const problems = await problemsOf(content);
      assert.deepEqual(
        problems.map((problem) => problem.element),
        [element],
        JSON.stringify(problems),
      );
      assert.match(problems[0]?.text ?? '', text);
    });
  }

  test('but not with text in elements of other namespaces', async () => {
    await modelOf(changed('<zeebe:taskDefinition', '<other xmlns="urn:x">text</other><zeebe:taskDefinition'));
  });
});
