import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  context,
  decision,
  dmn,
  dmnFile,
  fn,
  invocation,
  literal,
  model,
  namespace,
  relation,
  table,
} from '../support/dmn.ts';
import { outputOf, problemsOf } from './support.ts';

const d = (logic: string): string => dmn(decision('d', logic));
const one = literal('1');

/** Files with the element and the beginning of the reason of each problem. */
const cases: readonly (readonly [title: string, xml: string, ...(readonly [element: string, text: string])[]])[] = [
  ['text that is not XML', 'hello', ['d.dmn', 'The file is not a DMN document']],
  ['a file that ends too early', d(one).slice(0, -20), ['d.dmn', 'The file is not a DMN document']],
  [
    'a BPMN file',
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    ['d.dmn', 'The file is not a DMN document'],
  ],
  [
    'an unknown namespace',
    dmnFile({ xmlns: 'http://www.omg.org/spec/DMN/20130901' }),
    ['d.dmn', 'The file is not a DMN document'],
  ],
  [
    'a document type',
    d(one).replace('<definitions', '<!DOCTYPE definitions><definitions'),
    ['d.dmn', 'The file is not a DMN document: it is not well-formed XML'],
  ],
  [
    'markup inside a text',
    d('<literalExpression><text>a <b>x</b></text></literalExpression>'),
    ['d.dmn', 'The file is not a DMN document'],
  ],
  ['definitions without id', d(one).replace(' id="drg"', ''), ['definitions', 'The id is missing.']],
  ['definitions without name', d(one).replace(' name="DRG"', ''), ['drg', 'The attribute "name" is missing.']],
  [
    'definitions without namespace',
    d(one).replace(' namespace="test"', ''),
    ['drg', 'The attribute "namespace" is missing.'],
  ],
  ['a decision without id', d(one).replace(' id="d"', ''), ['drg > decision', 'The id is missing.']],
  ['a decision without name', d(one).replace(' name="Decision d"', ''), ['d', 'The attribute "name" is missing.']],
  ['a decision without logic', d(''), ['d', 'The decision has no logic.']],
  ['a decision that is a function', d(fn([], one)), ['d', 'The decision has no logic but a function']],
  ['an id twice', dmn(decision('d', one), decision('d', one)), ['drg > decision', 'The id "d" is already used']],
  [
    'an id that begins with a digit',
    dmn(decision('1d', one)),
    ['drg > decision', 'The id "1d" is not a valid XML id.'],
  ],
  [
    'an unknown element',
    dmn('<foo/>', decision('d', one)),
    ['drg > foo', 'The embedded engine does not support <foo>'],
  ],
  [
    'an unknown attribute',
    d(one).replace('<decision ', '<decision foo="1" '),
    ['d', 'DMN has no attribute "foo" here.'],
  ],
  [
    'an expression with a leading "=" (case 281)',
    d(literal('= a')),
    ['d > literalExpression', 'The expression begins with "="'],
  ],
  ['an empty expression', d(literal('')), ['d > literalExpression', 'The expression is empty.']],
  ['an expression without text', d('<literalExpression/>'), ['d > literalExpression', 'The expression is empty.']],
  [
    'another language',
    d(literal('1', { expressionLanguage: 'juel' })),
    ['d > literalExpression', 'The expression language "juel" is not supported.'],
  ],
  [
    'all faults at once',
    d(
      table({
        inputs: ['x +'],
        rules: [
          ['> >', '1 +'],
          ['1', ''],
        ],
        defaults: [''],
      }),
    ),
    ['in1 > literalExpression', 'The FEEL expression does not parse'],
    ['out1 > literalExpression', 'The expression is empty.'],
    ['rule1 > unaryTests', 'The FEEL expression does not parse'],
    ['rule1 > literalExpression', 'The FEEL expression does not parse'],
    ['rule2 > literalExpression', 'The expression is empty.'],
  ],
  ['a table without output', d(table({ outputs: [] })), ['d > decisionTable', 'The decision table has no output.']],
  [
    'an unknown hit policy',
    d(table({ hitPolicy: 'LAST' })),
    ['d > decisionTable', 'The attribute "hitPolicy" is "LAST".'],
  ],
  [
    'an unknown aggregation',
    d(table({ hitPolicy: 'COLLECT', aggregation: 'AVG' })),
    ['d > decisionTable', 'The attribute "aggregation" is "AVG".'],
  ],
  [
    'an input without expression',
    d(table({ inputs: [] }).replace('<output', '<input id="i"/><output')),
    ['i', 'The <inputExpression> is missing.'],
  ],
  ['a rule without output', d(table({ inputs: [], rules: [[]] })), ['rule1', 'The rule has no <outputEntry>.']],
  [
    'an input entry without text',
    d(table({ rules: [['1', '1']] }).replace('<inputEntry><text>1</text></inputEntry>', '<inputEntry/>')),
    ['rule1 > unaryTests', 'The <text> is missing.'],
  ],
  ['a context without entries', d(context()), ['d > context', 'The context has no entries.']],
  [
    'a result that is not the last entry',
    d(context([undefined, one], ['a', one])),
    ['d > context > contextEntry', 'The context entry has no variable.'],
  ],
  [
    'a context entry without value',
    d(context(['a', ''])),
    ['d > context > contextEntry', 'The context entry has no expression.'],
  ],
  [
    'a row of another length',
    d(relation(['a', 'b'], [one])),
    ['d > relation > list', 'The row has 1 expressions, but the relation has 2 columns.'],
  ],
  [
    'a function with a table',
    d(context(['f', fn([], table({}))])),
    [
      'd > context > contextEntry > functionDefinition',
      'The body of a function must be a literal expression, but is a <decisionTable>.',
    ],
  ],
  [
    'a business knowledge model that is an invocation',
    dmn(model('b', 'f', [], invocation('f', {})), decision('d', one, { knows: ['b'] })),
    ['b', 'The logic must be'],
  ],
  [
    'a requirement without end',
    d(`<informationRequirement/>${one}`),
    ['d > informationRequirement', 'Exactly one of <requiredDecision> and <requiredInput> is required.'],
  ],
  [
    'a reference without target',
    d(`<informationRequirement><requiredDecision/></informationRequirement>${one}`),
    ['d > informationRequirement', 'The attribute "href" of a reference is missing.'],
  ],
  [
    'text between elements',
    d(one).replace('<decision ', 'text<decision '),
    ['drg', 'The text in <definitions> cannot be read'],
  ],
  ['text in a decision', d(`text${one}`), ['d', 'The text in <decision> cannot be read']],
  ['two expressions', d(one + one), ['d', 'There is more than one expression in <decision>.']],
  [
    'two kinds of logic',
    d(one + table({ rules: [['-', '1']] })),
    ['d', 'There is more than one expression in <decision>.'],
  ],
  [
    'a variable behind the logic',
    d(`${one}<variable name="v"/>`),
    ['d', '<variable> must come before <literalExpression> in <decision>.'],
  ],
  [
    'an input behind the rules',
    d(
      table({ inputs: [], rules: [['1']] }).replace(
        '</decisionTable>',
        '<input><inputExpression><text>x</text></inputExpression></input></decisionTable>',
      ),
    ),
    ['d > decisionTable', '<input> must come before <rule> in <decisionTable>.'],
  ],
  [
    'two texts in an entry',
    d(table({ rules: [['1', '1']] }).replace('<inputEntry>', '<inputEntry><text>2</text>')),
    ['rule1 > inputEntry', 'There is more than one <text> in <inputEntry>.'],
  ],
  [
    'extensions behind other content',
    d(`<variable name="v"/><extensionElements/>${one}`),
    ['d', '<extensionElements> must come before <variable> in <decision>.'],
  ],
  [
    'an element that is not closed',
    d(one).replace('</literalExpression>', ''),
    ['d.dmn', 'The file is not a DMN document: it is not well-formed XML'],
  ],
  [
    'two version tags',
    d(`<extensionElements><zeebe:versionTag value="a"/><zeebe:versionTag value="b"/></extensionElements>${one}`),
    ['d', 'Only one zeebe:versionTag is allowed here.'],
  ],
];

describe('a file is refused with', () => {
  for (const [title, xml, ...expected] of cases) {
    test(title, async () => {
      const found = await problemsOf(xml);
      assert.deepEqual(
        found.map(({ element }) => element),
        expected.map(([element]) => element),
        JSON.stringify(found),
      );
      for (const [index, [, text]] of expected.entries()) {
        assert.ok(found[index]!.text.startsWith(text), `The reason is "${found[index]!.text}".`);
      }
    });
  }
});

describe('a file is accepted with', () => {
  const accepted: readonly (readonly [title: string, xml: string])[] = [
    ['an empty name', dmn(decision('d', one, { name: '' }))],
    [
      'a diagram',
      dmn(
        decision('d', one),
        '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"><dmndi:DMNDiagram id="x"/></dmndi:DMNDI>',
      ),
    ],
    [
      'the diagram of another version',
      dmn(
        decision('d', one),
        '<dmndi:DMNDI xmlns:dmndi="http://www.omg.org/spec/DMN/20180521/DMNDI/"><dmndi:DMNDiagram id="x"/></dmndi:DMNDI>',
      ),
    ],
    [
      'attributes of other vendors',
      d(one).replace(
        '<decision ',
        '<decision xmlns:camunda="http://camunda.org/schema/1.0/dmn" camunda:historyTimeToLive="5" ',
      ),
    ],
    [
      'types, inputs and sources',
      dmn(
        '<itemDefinition name="t"><typeRef>string</typeRef></itemDefinition><inputData id="i" name="i"/><knowledgeSource id="k" name="k"/>',
        decision('d', one),
      ),
    ],
    [
      'parts of other versions',
      dmn(
        '<itemDefinition name="t"><typeRef>string</typeRef><typeConstraint><text>"a"</text></typeConstraint></itemDefinition>',
        decision('d', one),
        '<organizationUnit name="o"/>',
      ),
    ],
    ['two decisions of one name', dmn(decision('d', one, { name: 'n' }), decision('e', one, { name: 'n' }))],
    [
      'a comment and character data',
      d('<literalExpression><!-- one --><text><![CDATA[ 1 // < 2 ]]></text></literalExpression>'),
    ],
    ...['feel', 'FEEL', '', 'http://www.omg.org/spec/FEEL/20140401', 'https://www.omg.org/spec/DMN/20191111/FEEL/'].map(
      (expressionLanguage) =>
        [`the language "${expressionLanguage}"`, d(literal('1', { expressionLanguage }))] as const,
    ),
    ...[
      'http://www.omg.org/spec/DMN/20151101/dmn.xsd',
      'http://www.omg.org/spec/DMN/20151101/dmn11.xsd',
      'http://www.omg.org/spec/DMN/20180521/MODEL/',
      namespace,
      'https://www.omg.org/spec/DMN/20211108/MODEL/',
      'https://www.omg.org/spec/DMN/20230324/MODEL/',
    ].map((xmlns) => [`the namespace ${xmlns}`, dmnFile({ xmlns }, decision('d', one))] as const),
  ];
  for (const [title, xml] of accepted) {
    test(title, async () => {
      assert.deepEqual(await problemsOf(xml), []);
      assert.equal(await outputOf(xml), 1);
    });
  }

  test('no decision', async () => {
    assert.deepEqual(await problemsOf(dmn()), []);
  });
});
