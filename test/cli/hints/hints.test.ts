/** What is said about processes before they wait in vain; both ways: what is named, and what is not. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { shelfOf, smallLibrary } from '../../../examples/shelf.ts';
import { createPayment } from '../../../examples/webhooks/payment.ts';
import { resourceReport } from '../../../src/cli/check/resource-report.ts';
import { findHints, hintLine } from '../../../src/cli/hints/hints.ts';
import { formVariables } from '../../../src/cli/hints/references/form-variables.ts';
import { readResources } from '../../../src/cli/hints/references/read-resources.ts';
import type { HintFacts } from '../../../src/cli/hints/types.ts';
import { type ConnectorFacts, connectorFacts } from '../../../src/cli/modules/connector-facts.ts';
import { loadConnectors } from '../../../src/cli/modules/load-modules.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import { type AnyOutbound, defineInbound, defineOutbound, defineWebhook, hints } from '../../../src/index.ts';
import { secretNames } from '../../../src/runtime/secrets/secret-names.ts';
import {
  adHocSubProcess,
  boundary,
  bytes,
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  flow,
  other,
  type Part,
  process as processFile,
  scriptTask,
  serviceTask,
  start,
  throwEvent,
} from '../../engine/support/bpmn.ts';

const charge = defineOutbound({
  name: 'Charge',
  type: 'charge',
  input: v.object({
    amount: v.number(),
    currency: v.string(),
    mode: v.pipe(v.optional(v.string()), hints({ target: 'header' })),
  }),
  output: v.object({ receipt: v.string() }),
  run: () => ({ receipt: 'r' }),
});

const status = defineInbound({ name: 'order_status', loop: () => undefined });

const connectors = connectorFacts({ outbound: [charge], inbound: [status] });

/** With operations, whose parameters are in task headers: one of them under another name. */
const speaker = connectorFacts({
  outbound: [
    defineOutbound({
      name: 'Speaker',
      type: 'speak',
      operations: {
        say: {
          input: v.object({
            text: v.string(),
            tone: v.pipe(v.string(), hints({ target: 'header' })),
            times: v.pipe(v.optional(v.number(), 1), hints({ target: 'header', binding: 'repeat' })),
          }),
          run: () => ({}),
        },
        sing: { input: v.object({ song: v.string() }), run: () => ({}) },
      },
    }),
  ],
  inbound: [],
});

/** A task with an expression that misspells the variable `receipt` of the task before it. */
const after = (misspelt: Part): readonly Part[] =>
  chain(start(), serviceTask('Charge', { type: 'charge' }), misspelt, end());

const extended = (tag: string, extensions: string, content = ''): readonly Part[] =>
  after(other(tag, 'Next', { extensions, content }));

const multiInstance = (
  attributes: string,
  condition = '',
  inputs: Readonly<Record<string, string>> = {},
): readonly Part[] =>
  after(
    serviceTask('Next', {
      ...{ type: 'charge', inputs },
      content:
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>' +
        `<zeebe:loopCharacteristics inputCollection="=[1]" ${attributes} />` +
        `</bpmn:extensionElements>${condition === '' ? '' : `<bpmn:completionCondition>${condition}</bpmn:completionCondition>`}</bpmn:multiInstanceLoopCharacteristics>`,
    }),
  );

const speak = (headers: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>> = {}) =>
  one({ type: 'speak', headers, inputs: { text: '="a"', song: '="b"', ...inputs } });

const singer = (type: string, input: string) =>
  defineOutbound({ name: type, type, input: v.object({ [input]: v.string() }), run: () => ({}) });

const listing = connectorFacts({
  outbound: [
    defineOutbound({ name: 'List', type: 'list', input: v.object({}), output: v.array(v.number()), run: () => [1] }),
  ],
  inbound: [],
});

/** A webhook with or without declared messages. */
const withWebhook = (...messages: readonly string[]): ConnectorFacts => {
  const schemas = Object.fromEntries(messages.map((name) => [name, v.object({})]));
  const webhook = defineWebhook({
    ...{ name: 'payments', path: '/payments', auth: 'none', body: v.unknown(), run: () => undefined },
    ...(messages.length === 0 ? {} : { messages: schemas }),
  });
  return { ...connectors, webhooks: connectorFacts({ outbound: [], inbound: [webhook] }).webhooks };
};

const activate = (inputs: Readonly<Record<string, string>>): Part =>
  serviceTask('Activate', { type: '_activate_inbound_connector', inputs });

const standard = { name: 'order_status', correlation_key: '=order' };

const told = (message: string | { readonly name?: string; readonly correlationKey?: string }): Part =>
  catchEvent('Told', { message });

type Case = readonly [
  title: string,
  parts: readonly Part[],
  expected: RegExp | undefined,
  facts?: Partial<Omit<HintFacts, 'models'>>,
];

const activated = (inputs: Readonly<Record<string, string>>, ...more: readonly Part[]): readonly Part[] =>
  chain(start(), activate(inputs), ...more, end());

const one = (options: Parameters<typeof serviceTask>[1]): readonly Part[] =>
  chain(start(), serviceTask('Charge', options), end());

const awaiting = { name: 'order_status', correlationKey: '=order' };

const cases: readonly Case[] = [
  ['a job type of a loaded connector', one({ type: 'charge' }), undefined],
  [
    'a misspelt job type',
    one({ type: 'chrage' }),
    /^Warning: a\.bpmn: no loaded connector has the job type "chrage" of Charge \(process p\), so its jobs wait until a worker asks for them\. Did you mean "charge"\? Fix: correct the type/,
  ],
  [
    'a result expression that reads a field of the result, and texts that look like one',
    one({ type: 'charge', headers: { resultExpression: '={a: response.receipt, b: "response.other"}' } }),
    undefined,
  ],
  [
    'a result expression that reads a field which the result does not have',
    one({ type: 'charge', headers: { resultExpression: '={a: response.recipt}' } }),
    /^Warning: a\.bpmn: the result expression of Charge \(process p\) reads response\.recipt, .* Did you mean receipt\? Fix: correct the name; the result has receipt\./,
  ],
  ...[
    'a: previous.response.recipt',
    'a: [previous][1].response.recipt',
    'a: response.receipt // as response.recipt before',
    'a: response.receipt /* not response.recipt */',
    'a: "{\\"response.recipt\\"}"',
    'a: for response in orders return response.recipt',
    'a: for response in orders, x in response.recipts return x',
    'a: some response in orders satisfies response.recipt = 1',
    'a: every response in orders satisfies response.recipt = 1',
    'a: {response: order, b: response.recipt}',
    'a: function(response) response.recipt',
    'a: orders[response.recipt = 1]',
    'a: response.receipt and',
    'a: response',
  ].map(
    (entries): Case => [
      `a result expression that reads no other field of the result: ${entries}`,
      one({ type: 'charge', headers: { resultExpression: `={${entries}\n}` } }),
      undefined,
    ],
  ),
  ...[
    'a: for x in response.recipt return x',
    'a: for response in response.recipt return response.id',
    'a: {b: 1, response: response.recipt}',
    'a: function(x) x + response.recipt',
    'a: response.recipt[id = 1].name',
    'a: response.recipt.id, b: response.recipt',
    'a: upper case(string: response.recipt)',
    'a: if response.recipt = null then 1 else 2',
  ].map(
    (entries): Case => [
      `a result expression that reads a field which is missing: ${entries}`,
      one({ type: 'charge', headers: { resultExpression: `={${entries}}` } }),
      /reads response\.recipt, which the result /,
    ],
  ),
  [
    'a list for which nothing names a variable',
    one({ type: 'list' }),
    /^Warning: a\.bpmn: the result of Charge \(process p\) is dropped, because the result of the connector "List" is a list /,
    { connectors: listing },
  ],
  ...(['resultVariable', 'resultExpression'] as const).map(
    (header): Case => [
      `a list that the header ${header} keeps`,
      one({ type: 'list', headers: { [header]: header === 'resultVariable' ? 'found' : '={found: response}' } }),
      undefined,
      { connectors: listing },
    ],
  ),
  [
    'a job type that resembles none',
    one({ type: 'print' }),
    /the job type "print" of Charge .* Fix: name the module of its connector, or start the worker/,
  ],
  [
    'one job type of two elements',
    chain(start(), serviceTask('A', { type: 'print' }), serviceTask('B', { type: 'print' }), end()),
    /"print" of A \(process p\), B \(process p\), so its jobs wait/,
  ],
  ['a job type that is computed', one({ type: '=kind' }), undefined],
  ['without modules, nothing is known about job types', one({ type: 'chrage' }), undefined, { connectors: undefined }],
  ['an inbound connector with its message', activated(standard, told(awaiting)), undefined],
  [
    'an unknown inbound name',
    activated({ ...standard, name: 'order-status', message_name: 'order_status' }, told(awaiting)),
    /no loaded inbound connector has the name "order-status", which Activate \(process p\) activates\. Did you mean "order_status"\? Fix: use one of "order_status"/,
  ],
  [
    'an activation without any inbound connector',
    activated(standard, told(awaiting)),
    /Activate \(process p\) activates the inbound connector "order_status", but no loaded module has an inbound connector\. Fix:/,
    { connectors: { ...connectors, inbound: [] } },
  ],
  [
    'a message name that differs in a separator',
    activated(standard, told({ name: 'order-status', correlationKey: '=order' })),
    /^Warning: .*no event awaits the message "order_status", which is published for Activate \(process p\)\. Did you mean "order-status"\? Fix: name the message "order-status" in an input mapping with the target message_name/,
  ],
  [
    'a published message that no event awaits',
    activated(standard),
    /no event awaits the message "order_status".* Fix: let an event await it\.$/,
  ],
  ['a published message with a computed name', activated({ ...standard, message_name: '=which' }), undefined],
  [
    'a message from outside is only mentioned',
    chain(start(), told('paid'), end()),
    /^Note: .*no inbound connector publishes the message "paid", which Told \(process p\) awaits.*engine publish paid --key <correlation key>\.$/,
  ],
  [
    'a message that a webhook may publish',
    chain(start(), told('paid'), end()),
    undefined,
    { connectors: withWebhook() },
  ],
  [
    'a message that a webhook declares',
    chain(start(), told('paid'), end()),
    undefined,
    { connectors: withWebhook('refunded', 'paid') },
  ],
  [
    'a message that no webhook declares',
    chain(start(), told('paid'), end()),
    /^Note: .*no inbound connector publishes the message "paid"/,
    { connectors: withWebhook('shipped') },
  ],
  [
    'a message with almost the name of one that a webhook declares',
    chain(start(), told('order-paid'), end()),
    /^Warning: .*nothing publishes the message "order-paid", which Told \(process p\) awaits\. Did you mean "order_paid"\? The webhook "payments" publishes it\. Fix: name the message of the event "order_paid", or rename it in messages of the webhook\.$/,
    { connectors: withWebhook('order_paid') },
  ],
  [
    'a key that is a text instead of a variable',
    activated({ ...standard, correlation_key: 'order' }, told(awaiting)),
    /the correlation key of Activate \(process p\) is the text "order", but Told \(process p\) awaits the value of the variable order\. Fix: write =order/,
  ],
  [
    'two constant keys',
    activated({ ...standard, correlation_key: '=1' }, told({ name: 'order_status', correlationKey: '="2"' })),
    /is always "1", but that of Told \(process p\) is always "2"/,
  ],
  [
    'a number and a text are the same key',
    activated({ ...standard, correlation_key: '=1' }, told({ name: 'order_status', correlationKey: '="1"' })),
    undefined,
  ],
  [
    'a key that is a context',
    activated({ ...standard, correlation_key: '={ id: order }' }, told(awaiting)),
    /the correlation key "=\{ id: order \}" of Activate \(process p\) is a context, but must be a text or a number\. Fix:/,
  ],
  [
    'a key that is a list, whatever it contains',
    activated(standard, told({ name: 'order_status', correlationKey: '=[order]' })),
    /"=\[order\]" of Told \(process p\) is a list, but must be a text or a number/,
  ],
  [
    'a key that is taken from a list or a context',
    activated(
      { ...standard, correlation_key: '=[order][1]' },
      told({ name: 'order_status', correlationKey: '={a: order}.a' }),
    ),
    undefined,
  ],
  [
    'a key that is a boolean',
    activated(standard, told({ name: 'order_status', correlationKey: '=true' })),
    /"=true" of Told \(process p\) is a boolean/,
  ],
  [
    'a misspelt header',
    one({ type: 'charge', headers: { resultVarable: 'r' } }),
    /the task header "resultVarable" of Charge \(process p\) is not read\. Did you mean "resultVariable"\? Fix: correct its name\./,
  ],
  [
    'a misspelt parameter of the connector in a header',
    one({ type: 'charge', headers: { moed: 'x' } }),
    /"moed" .* Did you mean "mode"\?/,
  ],
  [
    'known headers, and one of the author',
    one({ type: 'charge', headers: { mode: 'x', retryBackoff: 'PT1S', team: 'a', code: '7' } }),
    undefined,
  ],
  [
    'an input as a header',
    one({ type: 'charge', headers: { currency: 'EUR' } }),
    /"currency" of Charge \(process p\) is not read, because currency is an input of the connector\. Fix: write it as an input mapping\./,
  ],
  [
    'a header of a foreign worker',
    one({ type: 'print', headers: { resultVarable: 'r' } }),
    undefined,
    { connectors: undefined },
  ],
  ['a secret that exists', one({ type: 'charge', inputs: { currency: '{{secrets.TOKEN}}' } }), undefined],
  [
    'a secret that does not exist',
    one({ type: 'charge', inputs: { currency: '="Bearer {{secrets.TOKN}}"' } }),
    /no secret has the name TOKN, to which Charge \(process p\) refers as \{\{secrets\.TOKN\}\}\. Did you mean TOKEN\? Fix: write \{\{secrets\.TOKEN\}\}, or set SECRET_TOKN in the environment or in \.env\.$/,
  ],
  [
    'a secret whose variable of the environment is misspelt',
    one({ type: 'charge', inputs: { currency: '{{secrets.CARD}}' } }),
    /no secret has the name CARD, .* The environment has SECRTE_CARD, which would have to be called SECRET_CARD\. Fix: set SECRET_CARD/,
    { environment: { names: ['PATH', 'SECRTE_CARD', 'SECRET_TOKEN'], prefix: 'SECRET_' } },
  ],
  [
    'a secret whose variable of the environment lacks the prefix, which is another one than usual',
    one({ type: 'charge', inputs: { currency: '{{secrets.CARD}}' } }),
    /The environment has CARD, which would have to be called MY_CARD\. Fix: set MY_CARD in the environment/,
    { environment: { names: ['CARD'], prefix: 'MY_' } },
  ],
  [
    'a secret of the cluster that does not exist',
    one({ type: 'charge', inputs: { currency: '=camunda.secrets.KEY' } }),
    /no secret has the name KEY, .* as camunda\.secrets\.KEY/,
    { clusterSecrets: new Set(['TOKEN']) },
  ],
  ...(
    [
      '{{secret.TOKEN}}',
      '{{ Secrets.TOKEN }}',
      '{{secrets:TOKEN}}',
      '{secrets.TOKEN}',
      '{{secrets.TOKEN}',
      '{{SECRETS.TOKEN}}',
      '{{secrtes.TOKEN}}',
    ] as const
  ).flatMap((written): readonly Case[] => {
    const found = written.replaceAll(/[{}.]/g, '\\$&');
    return [
      [
        `an input with ${written}`,
        one({ type: 'charge', inputs: { currency: `="Bearer ${written}"` } }),
        new RegExp(
          `the input currency of Charge \\(process p\\) contains ${found}, which is not a reference to a secret\\. Did you mean \\{\\{secrets\\.TOKEN\\}\\}\\? Fix: write \\{\\{secrets\\.TOKEN\\}\\}\\.$`,
        ),
      ],
      [
        `a task header with ${written}`,
        one({ type: 'charge', headers: { mode: written } }),
        new RegExp(
          `the task header "mode" of Charge \\(process p\\) contains ${found}, which is not a reference to a secret, and task headers cannot have one\\. Fix: write \\{\\{secrets\\.TOKEN\\}\\} in an input mapping\\.$`,
        ),
      ],
    ];
  }),
  ...['{{secrets.TOKEN}}', '{{ secrets.TOKEN }}', 'secrets.TOKEN', '{{sector.TOKEN}}', '{a: secrets.TOKEN}'].map(
    (text): Case => [
      `an input with ${text}, in which no reference is misspelt`,
      one({ type: 'charge', inputs: { currency: text } }),
      undefined,
    ],
  ),
  [
    'a secret of the cluster in other letters',
    one({ type: 'charge', inputs: { currency: '=camunda.secrets.token' } }),
    /as camunda\.secrets\.token\. Did you mean TOKEN\? Fix: write camunda\.secrets\.TOKEN, or set SECRET_token in /,
    { clusterSecrets: new Set(['TOKEN']) },
  ],
  [
    'secrets of a cluster are not known',
    one({ type: 'charge', inputs: { currency: '=camunda.secrets.KEY' } }),
    undefined,
  ],
  [
    'a misspelt variable',
    one({ type: 'charge', inputs: { total: '=1', amount: '=ttoal' } }),
    /the input amount of Charge \(process p\), "=ttoal", reads ttoal, which nothing in the process writes\. Did you mean total\? Fix: correct the name/,
  ],
  [
    'a misspelt variable of a form',
    chain(
      start(),
      other('userTask', 'Ask', { extensions: '<zeebe:userTask /><zeebe:formDefinition formId="ask" />' }),
      serviceTask('Charge', { type: 'charge', inputs: { amount: '=age', currency: '=persno' } }),
      end(),
    ),
    /reads persno, which nothing in the process writes\. Did you mean person\?/,
    {
      definitions: {
        ...{ before: [], beside: [], open: new Set(), isForCluster: false },
        together: [
          {
            ...{ kind: 'form', id: 'ask', resourceName: 'ask.form' },
            variables: formVariables('{ "components": [{ "type": "textfield", "key": "person.name" }] }'),
          },
        ],
      },
    },
  ],
  [
    'a variable with another spelling of a result',
    chain(
      start(),
      serviceTask('Charge', { type: 'charge' }),
      serviceTask('Again', { type: 'charge', inputs: { currency: '=Receipt' } }),
      end(),
    ),
    /reads Receipt, which nothing in the process writes\. Did you mean receipt\?/,
  ],
  ...(
    [
      ['the assignee', extended('userTask', '<zeebe:userTask /><zeebe:assignmentDefinition assignee="=recepit" />')],
      [
        'the candidates',
        extended('userTask', '<zeebe:userTask /><zeebe:assignmentDefinition candidateGroups="=[recepit]" />'),
      ],
      ['the dates', extended('userTask', '<zeebe:userTask /><zeebe:taskSchedule dueDate="=recepit" />')],
      ['the called process', extended('callActivity', '<zeebe:calledElement processId="=recepit" />')],
      [
        'the decision',
        extended('businessRuleTask', '<zeebe:calledDecision decisionId="=recepit" resultVariable="r" />'),
      ],
      ['the retries', after(serviceTask('Next', { type: 'charge', retries: '=recepit' }))],
      ['the event', after(catchEvent('Next', { condition: '=recepit = "x"' }))],
      ['the event', after(throwEvent('Next', { signal: '=recepit' })), 'a thrown signal'],
      ['the output element', multiInstance('outputCollection="all" outputElement="=recepit"')],
      ['the completion condition', multiInstance('', '=recepit = "x"')],
    ] as const
  ).map(
    ([place, parts, of = place]): Case => [
      `a misspelt variable in ${of}`,
      parts,
      new RegExp(
        `${place} of Next \\(process p\\), .* reads recepit, which nothing in the process writes\\. Did you mean receipt\\?`,
      ),
    ],
  ),
  [
    'what the engine counts for a completion condition',
    multiInstance('', '=numberOfCompletedInstances + numberOfInstances + numberOfActiveInstances > 1'),
    undefined,
    { run: { processId: 'p', variables: ['amount', 'currency'] } },
  ],
  ...(
    [
      ['a name in a filter that resembles a variable', 'people[Receipt = 1].name'],
      ['a name in a filter inside of a filter', 'people[count(orders[Receipt = 1]) = 1].name'],
      ['a name in a filter and outside of it', 'if Receipt = 1 then people[1] else people[Receipt = 1]', true],
    ] as const
  ).map(
    ([title, expression, isSaid]): Case => [
      title,
      after(scriptTask('Next', { expression: `=${expression}`, resultVariable: 'name' })),
      isSaid ? /reads Receipt, which nothing in the process writes\. Did you mean receipt\?/ : undefined,
    ],
  ),
  [
    'names in several filters do not make a variable for which another name is misspelt',
    one({ type: 'charge', inputs: { amount: '=people[Total = 1].a', currency: '=staff[Total = 1].b + total' } }),
    undefined,
  ],
  [
    'with --variables, a name in a filter',
    one({ type: 'charge', inputs: { amount: '=people[age > 3].size' } }),
    undefined,
    { run: { processId: 'p', variables: ['people', 'currency'] } },
  ],
  [
    'a misspelt input of a connector',
    one({ type: 'charge', inputs: { amuont: '=1', currency: '="EUR"' } }),
    /the connector of Charge \(process p\) does not read the input amuont\. Did you mean amount\? Fix: correct the target of the input mapping\./,
  ],
  ...(
    [
      ['a later input mapping', one({ type: 'charge', inputs: { amuont: '=[1]', currency: '=amuont[1]' } })],
      ['an output mapping', one({ type: 'charge', inputs: { amuont: '=1' }, outputs: { paid: '=amuont' } })],
      ['the output element', multiInstance('outputCollection="all" outputElement="=amuont"', '', { amuont: '=1' })],
      [
        'a boundary event',
        [
          ...one({ type: 'charge', inputs: { amuont: '=1' } }),
          ...chain(boundary('Late', 'Charge', { condition: '=amuont > 1' }), end('Over')),
        ],
      ],
      [
        'a task inside',
        chain(
          start(),
          adHocSubProcess(
            'All',
            { type: 'charge', inputs: { amuont: '=1' } },
            serviceTask('Inner', { type: '=amuont' }),
          ),
          end(),
        ),
      ],
      [
        'the connector of a task inside',
        chain(
          start(),
          adHocSubProcess('All', { type: 'charge', inputs: { song: '=1' } }, serviceTask('Inner', { type: 'sing' })),
          end(),
        ),
        { connectors: connectorFacts({ outbound: [singer('charge', 'songg'), singer('sing', 'song')], inbound: [] }) },
      ],
    ] as const
  ).map(
    ([reader, parts, facts = {}]): Case => [
      `an input mapping with almost the name of an input, which ${reader} reads`,
      parts,
      undefined,
      facts,
    ],
  ),
  ...(
    [
      ['an earlier input mapping', one({ type: 'charge', inputs: { currency: '=amuont', amuont: '=1' } })],
      [
        'another element',
        chain(
          start(),
          serviceTask('Charge', { type: 'charge', inputs: { amuont: '=1' } }),
          scriptTask('Next', { expression: '=amuont', resultVariable: 'amuont' }),
          end(),
        ),
      ],
    ] as const
  ).map(
    ([reader, parts]): Case => [
      `a misspelt input of a connector, although ${reader} reads a variable with its name`,
      parts,
      /does not read the input amuont\. Did you mean amount\?/,
    ],
  ),
  [
    'an input mapping for later mappings',
    one({ type: 'charge', inputs: { amounts: '=[1]', amount: '=amounts[1]' } }),
    undefined,
  ],
  [
    'a misspelt response in a result expression',
    one({ type: 'charge', headers: { resultExpression: '={id: respones.receipt}' } }),
    /the result expression of Charge \(process p\), "=\{id: respones\.receipt\}", reads respones, which does not exist there, so it is null\. Did you mean response\?/,
  ],
  [
    'a misspelt error in an error expression',
    one({ type: 'charge', headers: { errorExpression: '=if eror.code = "A" then bpmnError("A", "b") else null' } }),
    /the error expression of Charge .* reads eror, which does not exist there, so it is null\. Did you mean error\?/,
  ],
  [
    'a misspelt field of an error',
    one({ type: 'charge', headers: { errorExpression: '=if error.mesage = "A" then bpmnError("A") else null' } }),
    /reads error\.mesage, which does not exist there, so it is null\. Did you mean error\.message\?/,
  ],
  ...[
    'count(response.items[Error != null]) > 0',
    'response.list[Response.code = 1] = []',
    'count(response.items[some x in Jobs satisfies x = eror]) > 0',
  ].map(
    (condition): Case => [
      `names in a filter of an error expression, which may be those of the item: ${condition}`,
      one({ type: 'charge', headers: { errorExpression: `=if ${condition} then bpmnError("A", "b") else null` } }),
      undefined,
    ],
  ),
  [
    'a misspelt error that an error expression filters',
    one({ type: 'charge', headers: { errorExpression: '=if eror.list[1] = "A" then bpmnError("A", "b") else null' } }),
    /reads eror, which does not exist there, so it is null\. Did you mean error\?/,
  ],
  [
    'a misspelt function of an error expression',
    one({ type: 'charge', headers: { errorExpression: '=if error.code = "A" then bpmnErorr("A") else null' } }),
    /the error expression of Charge \(process p\), .* calls bpmnErorr, which is not a function of FEEL, so the call gives null\. Did you mean bpmnError\?/,
  ],
  [
    'an error expression with all that it can use',
    one({
      type: 'charge',
      headers: {
        errorExpression:
          '=if error.code = "A" and receipt = "b" then jobError(error.message, {}, job.retries - 1, backoff(1)) else ignoreError({r: response.receipt})',
      },
    }),
    undefined,
  ],
  [
    'an operation with its parameters',
    speak({ operation: 'say', tone: 'soft', repeat: '2' }),
    undefined,
    { connectors: speaker },
  ],
  [
    'a task without an operation',
    speak({}),
    /Charge \(process p\) has no task header operation, but the connector "speak" has several operations, so its jobs fail\. Fix: write one of say, sing in the task header operation\./,
    { connectors: speaker },
  ],
  [
    'an operation that does not exist',
    speak({ operation: 'sya', tone: 'soft' }),
    /the operation "sya" of Charge \(process p\) does not exist in the connector "speak", so its jobs fail\. Did you mean "say"\?/,
    { connectors: speaker },
  ],
  [
    'a required parameter that is missing',
    speak({ operation: 'say' }),
    /Charge \(process p\) has no task header "tone", which its connector requires, so its jobs fail\. Fix: add it to the task headers\./,
    { connectors: speaker },
  ],
  [
    'a required parameter as an input mapping',
    speak({ operation: 'say' }, { tone: 'soft' }),
    /has no task header "tone", .* Fix: write it as a task header instead of an input mapping\./,
    { connectors: speaker },
  ],
  ['parameters of another operation', speak({ operation: 'sing' }), undefined, { connectors: speaker }],
  [
    'a misspelt parameter with another name in the header',
    speak({ operation: 'say', tone: 'soft', repaet: '2' }),
    /the task header "repaet" of Charge \(process p\) is not read\. Did you mean "repeat"\?/,
    { connectors: speaker },
  ],
  [
    'a misspelt function',
    one({ type: 'charge', outputs: { name: '=upercase("a")', other: '=my_own(1)' } }),
    /the output name of Charge \(process p\), .* calls upercase, which is not a function of FEEL, so the call gives null\. Did you mean upper case\?/,
  ],
  [
    'variables with which the process starts, also a plural and a number',
    one({ type: 'charge', inputs: { order: '=orders[1]', page1: '=page2', amount: '=sum', currency: '=shop' } }),
    undefined,
  ],
  [
    'a variable that --variables lacks',
    one({ type: 'charge', inputs: { amount: '=total' } }),
    /reads total, which neither --variables nor anything in the process writes, so it is null\. Fix: pass it with --variables\./,
    { run: { processId: 'p', variables: ['amount'] } },
  ],
  [
    'a variable that --variables lacks and that an input mapping passes on under its name',
    one({ type: 'charge', inputs: { amount: '=amount' } }),
    /the input amount of Charge \(process p\), "=amount", reads amount, which neither --variables nor anything in the process writes/,
    { run: { processId: 'p', variables: ['currency'] } },
  ],
  [
    'with --variables, a variable that an earlier input mapping has written',
    one({ type: 'charge', inputs: { net: '=1', amount: '=net' } }),
    undefined,
    { run: { processId: 'p', variables: ['currency'] } },
  ],
  [
    'a misspelt variable of --variables',
    one({ type: 'charge', inputs: { amount: '=total' } }),
    /reads total, which nothing in the process writes\. Did you mean totla\?/,
    { run: { processId: 'p', variables: ['totla'] } },
  ],
  [
    'with --variables, results that are not known can have any variable',
    chain(
      start(),
      serviceTask('Print', { type: '=kind' }),
      serviceTask('Charge', { type: 'charge', inputs: { amount: '=total' } }),
      end(),
    ),
    undefined,
    { run: { processId: 'p', variables: ['kind'] } },
  ],
  [
    'several events of one message',
    [
      ...activated({ ...standard, correlation_key: 'order' }, told(awaiting)),
      boundary('Late', 'Activate', { message: { name: 'order_status', correlationKey: '="order"' } }),
      end('late'),
      flow('Late', 'late'),
    ],
    undefined,
  ],
];

/** Callbacks: one whose message is known, one whose message may have any fields, and one with its own variable. */
const called = connectorFacts({
  outbound: [charge],
  inbound: [
    defineInbound({ name: 'known', output: v.object({ paid: v.boolean() }), webhook: {} }),
    defineInbound({ name: 'any', webhook: {} }),
    defineInbound({ name: 'own', output: v.object({ paid: v.boolean() }), webhook: { variable: 'payAt' } }),
  ],
});

const callback = (name: string, read: string, headers: Readonly<Record<string, string>> = {}): readonly Part[] =>
  chain(
    start(),
    serviceTask('Activate', {
      type: '_activate_inbound_connector',
      inputs: { name: `="${name}"`, correlation_key: '=order' },
      headers,
    }),
    serviceTask('Next', { type: 'charge', inputs: { callbackUrl: `=${read}`, currency: '="EUR"' } }),
    told({ name, correlationKey: '=order' }),
    end(),
  );

const addresses: readonly Case[] = [
  ['the address of a callback', callback('known', 'callback_url'), undefined],
  ['the address of a callback whose message is not known', callback('any', 'callback_url'), undefined],
  [
    'the address of a callback with a header for its message',
    callback('known', 'callback_url', { resultVariable: 'answer' }),
    undefined,
  ],
  [
    'the misspelt address of a callback, in an input that is almost called like it',
    callback('known', 'callback_ulr'),
    /the input callbackUrl of Next \(process p\), "=callback_ulr", reads callback_ulr, which nothing in the process writes\. Did you mean callback_url\?/,
  ],
  [
    'the misspelt address of a callback with a variable of its own',
    callback('own', 'payAtt'),
    /reads payAtt, .* Did you mean payAt\?/,
  ],
].map(([title, parts, expected]) => [title, parts, expected, { connectors: called }] as Case);

const asked = defineWebhook({
  ...{ name: 'ask', path: '/ask', auth: 'none', body: v.unknown(), run: () => undefined },
  messages: { asked: v.object({ item: v.string(), count: v.number(), note: v.string() }) },
  waits: { input: v.object({ price: v.number() }) },
});

const askable = connectorFacts({
  outbound: [
    defineOutbound({
      name: 'Price',
      type: 'price',
      input: v.object({ item: v.string() }),
      output: v.object({ price: v.number() }),
      run: () => ({ price: 1 }),
    }),
  ],
  inbound: [asked],
});

/** A process that the message `asked` starts: a task with the price of the item, and one that answers. */
const asking = (outputs: Readonly<Record<string, string>>, message = 'asked'): readonly Part[] =>
  chain(
    start('Asked', { message, outputs }),
    serviceTask('Price', { type: 'price', inputs: { item: '=item', amount: '=count' } }),
    serviceTask('Answer', { type: 'answer-ask', inputs: { price: '=price' } }),
    end(),
  );

const key = { key: '=uuid()' };

const dropped: readonly Case[] = [
  [
    'output mappings of a message start event that drop what later elements read, and the caller',
    asking(key),
    /^Warning: a\.bpmn: the output mappings of Asked \(process p\) do not pass on item, count, caller of the message "asked", which Price, Answer read\. .* Fix: map each of them as well, e\.g\. from =item to item\.$/,
  ],
  [
    'output mappings of a message start event that drop only the caller',
    asking({ item: '=item', count: '=count' }),
    /do not pass on caller of the message "asked", which Answer reads\. .* Fix: map it as well, e\.g\. from =caller to caller\.$/,
  ],
  [
    'output mappings that pass on what is read',
    asking({ item: '=item', count: '=count', caller: '=caller' }),
    undefined,
  ],
  ['a message start event without output mappings', asking({}), undefined],
  [
    'output mappings of an event whose message is not known',
    chain(
      start('Asked', { message: 'other', outputs: key }),
      serviceTask('Price', { type: 'price', inputs: { item: '=thing' } }),
      end(),
    ),
    /^Warning: .* do not pass on thing of the message "other", which Price reads/,
    { connectors: { ...askable, webhooks: [{ ...askable.webhooks[0]!, messages: undefined }] } },
  ],
  [
    'a variable of the message that something else writes',
    chain(
      start('Asked', { message: 'asked', outputs: key }),
      scriptTask('Choose', { expression: '="book"', resultVariable: 'item' }),
      serviceTask('Price', { type: 'price', inputs: { item: '=item' } }),
      end(),
    ),
    undefined,
  ],
  [
    'a connector that reads a dropped variable without an input mapping',
    chain(start('Asked', { message: 'asked', outputs: key }), serviceTask('Price', { type: 'price' }), end()),
    /do not pass on item of the message "asked", which Price reads/,
  ],
  [
    'with a result that is not known, it is only mentioned',
    chain(
      start('Asked', { message: 'asked', outputs: key }),
      serviceTask('Price', { type: 'price', inputs: { item: '=item' }, headers: { resultExpression: '=rest' } }),
      end(),
    ),
    /^Note: .* do not pass on item of the message "asked"/,
  ],
  [
    'a condition that reads a dropped variable',
    [
      ...chain(start('Asked', { message: 'asked', outputs: key }), exclusiveGateway('Many', { default: 'Many-Few' })),
      end('Few'),
      end('Lots'),
      flow('Many', 'Few'),
      flow('Many', 'Lots', { condition: '=count > 5' }),
    ],
    /do not pass on count of the message "asked", which Many-Lots reads/,
  ],
  [
    'a name in a filter, which may be one of the item',
    chain(
      start('Asked', { message: 'asked', outputs: key }),
      serviceTask('Price', { type: 'price', inputs: { item: '=id[count = 1].b' } }),
      end(),
    ),
    undefined,
  ],
  [
    'elements that another start event leads to',
    [
      ...chain(start('Asked', { message: 'asked', outputs: key }), end('Done')),
      ...chain(start('Begin'), serviceTask('Price', { type: 'price', inputs: { item: '=item' } }), end()),
    ],
    undefined,
  ],
].map(
  ([title, parts, expected, facts]) => [title, parts, expected, { connectors: askable, ...(facts as object) }] as Case,
);

for (const [title, parts, expected, facts] of [...cases, ...addresses, ...dropped]) {
  test(`${title}: ${expected === undefined ? 'nothing is said' : 'a hint'}`, async () => {
    const compiled = await compileBpmn('a.bpmn', bytes(processFile('p', ...parts)));
    assert.ok(compiled.ok, JSON.stringify(compiled));
    const known = { connectors, secrets: new Set(['TOKEN']), ...facts };
    const lines = findHints({ models: compiled.processes, ...known }).map(hintLine);
    if (expected === undefined) assert.deepEqual(lines, []);
    else {
      assert.match(lines[0] ?? '', expected);
      assert.equal(lines.length, 1, lines.join('\n'));
    }
  });
}

/** The processes of the examples: the files, the modules that serve them, and the connectors that a program creates for them. */
const examples: readonly (readonly [
  paths: readonly string[],
  modules: readonly string[],
  more?: readonly AnyOutbound[],
])[] = [
  [
    ['examples/bpmn', 'examples/dmn'],
    ['log', 'http-get', 'poll-file', 'random-inbound', 'payment', 'parcel', 'feed'],
    [shelfOf(smallLibrary())],
  ],
  [['examples/agent'], ['log', 'agent/agent']],
  [['examples/webhooks/approval.bpmn'], ['webhooks/approval', 'log']],
  [['examples/webhooks/payment.bpmn'], ['webhooks/payment'], [createPayment('http://127.0.0.1:1')]],
  [['examples/webhooks/push.bpmn'], ['webhooks/github', 'log']],
  [['examples/webhooks/weather.bpmn'], ['webhooks/weather']],
];

for (const [paths, modules, more = []] of examples) {
  test(`nothing is said about the processes of ${paths.join(', ')} with ${modules.join(', ')}`, async () => {
    const { outbound, inbound } = await loadConnectors(
      modules.map((name) => `examples/${name}.ts`),
      process.cwd(),
    );
    const { models, definitions, open } = await readResources(paths.map((path) => resolve(path)));
    const known = {
      connectors: connectorFacts({ outbound: [...outbound, ...more], inbound }),
      secrets: new Set<string>(),
    };
    // The workers of this process are mocks of its test cases.
    const isMocked = (line: string): boolean => line.includes('(process trip)') && line.includes('the job type');
    const around = { together: definitions, open, before: [], beside: [], isForCluster: false };
    const ofDev = findHints({ models, ...known, definitions: around }).map(hintLine);
    const { errors, lines: ofCheck } = await resourceReport(paths, process.cwd(), false, known);
    for (const lines of [ofDev, ofCheck, errors])
      assert.deepEqual(
        lines.filter((line) => !isMocked(line)),
        [],
      );
  });
}

test('every process of the examples is looked at', () => {
  const all = readdirSync('examples', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bpmn'));
  const paths = examples.flatMap(([each]) => each.map((path) => resolve(path)));
  const left = all
    .map((name) => resolve('examples', name))
    .filter((name) => !paths.some((path) => name.startsWith(path)));
  assert.ok(all.length >= 12, 'the examples are found');
  assert.deepEqual(left, []);
});

for (const [env, names] of [
  [{ SECRET_TOKEN: 'x', PATH: '/bin' }, ['TOKEN']],
  [{ CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PREFIX: 'MY_', MY_A: 'a', SECRET_B: 'b' }, ['A']],
  [{ CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_TENANTAWARE: 'true', SECRET_A: 'a' }, undefined],
] as const) {
  test(`the names of the secrets of ${JSON.stringify(env)}`, () => {
    const found = secretNames(env);
    assert.deepEqual(found && [...found], names);
  });
}
