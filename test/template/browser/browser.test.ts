/**
 * The generated templates as a person uses them: selected and filled in with the Modeler's panel in a real browser, saved,
 * deployed to the embedded engine and executed. The tests also take the pictures of docs/templates.md. `npm run pictures`
 * keeps them; any other run only checks that they are pictures.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { log } from '../../../examples/log.ts';
import { parcelLabel } from '../../../examples/parcel.ts';
import { pollFile } from '../../../examples/poll-file.ts';
import { shelfOf } from '../../../examples/shelf.ts';
import { keepPicture } from '../../../scripts/pictures/keep.ts';
import type { AnyOutboundConnector } from '../../../src/connector/types.ts';
import { createTemplates } from '../../../src/template/index.ts';
import { readXml } from '../support/reading.ts';
import { type Stage, startStage } from '../support/stage.ts';
import { chooseBrowser } from './support/chromium.ts';
import { type BrowserModeler, startModeler } from './support/modeler.ts';

const chosen = chooseBrowser(process.env, existsSync);

test('a browser was found, or is allowed to be missing', () => {
  assert.notEqual(chosen.kind, 'fail', chosen.kind === 'fail' ? chosen.reason : '');
});

const isbn = '0-330-25864-8';
const library = new Map([[isbn, { title: 'Hitchhiker', copies: 2, readers: [] as string[] }]]);
const shelf = shelfOf(library);

/** The inputs that `run` received, oldest first. */
const received: unknown[] = [];

const capture = (connector: AnyOutboundConnector): AnyOutboundConnector => ({
  ...connector,
  run: (input: unknown, context) => {
    received.push(input);
    return connector.run(input, context);
  },
});

const templates = [log, parcelLabel, shelf, pollFile].flatMap((connector) => createTemplates(connector));

const example = (name: string): string => readFileSync(join('examples/bpmn', `${name}.bpmn`), 'utf8');

describe('in a browser', { skip: chosen.kind === 'found' ? false : chosen.reason }, () => {
  const temporary = mkdtempSync(join(tmpdir(), 'templates-'));
  let modeler: BrowserModeler;
  let stage: Stage;

  before(async () => {
    stage = await startStage({ outbound: [capture(log), capture(parcelLabel), shelf], inbound: [pollFile] });
    modeler = await startModeler(chosen.kind === 'found' ? chosen.path : '');
  });

  after(async () => {
    await modeler?.close();
    await stage?.stop();
    rmSync(temporary, { recursive: true, force: true });
  });

  const picture = async (name: string, sections?: readonly [from: string, to: string]): Promise<void> => {
    const bytes = await modeler.picture(sections);
    assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n', `${name} is no PNG`);
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    assert.ok(
      width > 300 && height > 300 && bytes.length > 10_000,
      `${name}: ${width}x${height}, ${bytes.length} bytes`,
    );
    keepPicture(name, bytes);
  };

  test('the Modeler offers the templates for tasks, and run receives what is typed', async () => {
    await modeler.open(example('hello'), templates);
    await modeler.select('SayHello');
    assert.deepEqual(await modeler.offered(), ['LogConnector', 'Parcel label', 'Shelf', 'poll_file (activation)']);
    await picture('choose');
    await modeler.choose('LogConnector');
    await modeler.unfold('Properties');
    await modeler.express('Message', '"Good morning, " + name');

    const xml = await modeler.save();
    const saved = await readXml(xml, 'SayHello');
    assert.deepEqual([saved.templateId, saved.templateVersion, saved.taskType, saved.retries], ['log', 1, 'log', '3']);
    assert.deepEqual(saved.inputs, { message: '="Good morning, " + name' });

    received.length = 0;
    assert.deepEqual(await stage.run(xml, { name: 'Ada' }, 'hello'), { name: 'Ada', status: 'ok' });
    assert.deepEqual(received, [{ message: 'Good morning, Ada' }]);
  });

  test('a choice shows its fields; texts, numbers, choices and ticks arrive with their types', async () => {
    await modeler.open(example('hello'), templates);
    await modeler.select('SayHello');
    await modeler.offered();
    await modeler.choose('Parcel label');
    const parcel = ['Recipient', 'Weight in kg', 'Size', 'Fragile', 'Note for the courier'];
    assert.deepEqual(await modeler.fields('Parcel'), parcel);
    assert.deepEqual(await modeler.fields('Delivery'), ['Way of delivery']);
    assert.equal(await modeler.complaint('Recipient'), 'Recipient must not be empty.');
    await picture('empty', ['Parcel', 'Delivery']);

    await modeler.pick('Way of delivery', 'To a parcel shop');
    assert.deepEqual(await modeler.fields('Delivery'), ['Way of delivery', 'Number of the shop']);
    await modeler.pick('Way of delivery', 'To the door');
    assert.deepEqual(await modeler.fields('Delivery'), ['Way of delivery', 'Street', 'Postcode']);
    await modeler.type('Recipient', 'Ada Lovelace');
    await modeler.type('Weight in kg', '2.5');
    await modeler.pick('Size', 'Large');
    await modeler.tick('Fragile');
    await modeler.express('Street', 'street');
    await modeler.type('Postcode', '123');
    assert.equal(await modeler.complaint('Postcode'), 'Postcode must have five digits');
    await picture('filled', ['Parcel', 'Delivery']);
    await modeler.type('Postcode', '12345');
    assert.equal(await modeler.complaint('Postcode'), undefined);

    const xml = await modeler.save();
    assert.deepEqual((await readXml(xml, 'SayHello')).inputs, {
      recipient: 'Ada Lovelace',
      weight: '=2.5',
      size: 'l',
      fragile: '=true',
      note: null,
      'delivery.way': 'door',
      'delivery.street': '=street',
      'delivery.postcode': '12345',
    });

    received.length = 0;
    const { label } = await stage.run(xml, { street: 'St James Square 12' }, 'hello');
    assert.deepEqual(received, [
      {
        recipient: 'Ada Lovelace',
        weight: 2.5,
        size: 'l',
        fragile: true,
        delivery: { way: 'door', street: 'St James Square 12', postcode: '12345' },
      },
    ]);
    assert.equal(label, 'Ada Lovelace\nSt James Square 12, 12345\nL, 2.5 kg, fragile');
  });

  test('a task modelled by hand keeps its values; a different operation has different fields', async () => {
    await modeler.open(example('lend-book'), templates);
    await modeler.select('LendBook');
    await modeler.offered();
    await modeler.choose('Shelf');
    await modeler.unfold('Operation');
    await modeler.unfold('Properties');
    assert.deepEqual(await modeler.fields('Properties'), ['Isbn', 'Reader']);
    await picture('operation');
    await modeler.pick('Operation', 'Find a book');
    assert.deepEqual(await modeler.fields('Properties'), ['Isbn']);
    await modeler.pick('Operation', 'Lend a book');
    await modeler.type('Reader', 'Grace');

    const xml = await modeler.save();
    const saved = await readXml(xml, 'LendBook');
    assert.deepEqual(saved.inputs, { isbn: '=isbn', reader: 'Grace' });
    assert.equal(saved.headers.operation, 'lend');
    assert.equal(saved.headers.resultVariable, 'loan');

    const { loan } = await stage.run(xml, { isbn }, 'lend-book');
    assert.deepEqual(loan, { title: 'Hitchhiker', reader: 'Grace' });
    assert.deepEqual(library.get(isbn)?.readers, ['Grace']);
  });

  test('the two templates of an inbound connector, for the activating task and the waiting event', async () => {
    const path = join(temporary, 'answer.txt');
    writeFileSync(path, 'All is well');
    await modeler.open(example('poll-file'), templates);
    await modeler.select('WatchFile');
    await modeler.offered();
    await modeler.choose('poll_file (activation)');
    await modeler.unfold('Properties');
    await modeler.unfold('Configuration');
    await modeler.type('Expires after', 'PT1H');
    await picture('activation');
    await modeler.select('FileArrived');
    assert.deepEqual(await modeler.offered(), ['poll_file (message event)']);
    await modeler.choose('poll_file (message event)');
    await modeler.unfold('Correlation');
    await modeler.unfold('Output mapping');
    await modeler.type('Result variable', 'answer');
    await picture('message-event');
    await modeler.express('Correlation key', 'string(request_id)');

    const xml = await modeler.save();
    const activation = await readXml(xml, 'WatchFile');
    assert.equal(activation.taskType, '_activate_inbound_connector');
    assert.deepEqual([activation.inputs.path, activation.inputs.correlation_key], ['=path', '=request_id']);
    assert.equal(activation.inputs.expires_after, 'PT1H');
    const event = await readXml(xml, 'FileArrived');
    assert.deepEqual(event.message, { name: 'poll_file', correlationKey: '=string(request_id)' });

    // The message is one variable now, so that the last task of the example finds its text there.
    const { answer } = await stage.run(xml.replace('+ content', '+ answer.content'), { path }, 'poll-file');
    assert.deepEqual(answer, { content: 'All is well' });
  });
});
