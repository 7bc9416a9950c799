/** The process of the tests of the page: an order that is paid, shipped and rated. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../../scripts/compiled.ts';
import { boundary, catchEvent, chain, end, flow, process, serviceTask, start } from '../../../engine/support/bpmn.ts';

const urlOf = (path: string): string => JSON.stringify(pathToFileURL(resolve(path)).href);

const library = urlOf(await compiled('src/index.ts'));
const valibot = urlOf('node_modules/valibot/dist/index.mjs');

/** The first lines of a module with connectors. */
export const moduleHead = `import { bpmnError, defineInbound, defineOutbound, document, hints } from ${library};
import * as v from ${valibot};
`;

/** A connector that charges a card: not more than 100, and more than 50 only with a BPMN error. */
export const chargeConnector = `${moduleHead}
export const charge = defineOutbound({
  name: 'Charge a card',
  type: 'charge',
  input: v.object({ total: v.pipe(v.number(), v.minValue(0)) }),
  output: v.object({ paid: v.boolean() }),
  run: ({ total }, { logger }) => {
    logger.info('Charging ' + total);
    if (total > 100) throw new Error('The card is refused', { cause: new Error('The limit is 100') });
    if (total > 50) throw bpmnError('TOO_MUCH', 'More than 50');
    return { paid: true };
  },
});
`;

/** A connector with operations, whose inputs have all kinds of fields. */
export const speakerConnector = `
export const speaker = defineOutbound({
  name: 'Speaker',
  type: 'speak',
  operations: {
    say: {
      name: 'Say it',
      input: v.object({
        text: v.string(),
        tone: v.pipe(v.picklist(['soft', 'loud']), hints({ target: 'header' })),
        tags: v.optional(v.array(v.string())),
        place: v.optional(v.object({ city: v.string() })),
        limits: v.optional(v.record(v.string(), v.number())),
        to: v.variant('way', [
          v.object({ way: v.literal('mail'), address: v.string() }),
          v.object({ way: v.literal('call'), number: v.number() }),
        ]),
      }),
      run: (input, { logger }) => {
        logger.info('Saying ' + JSON.stringify(input));
        return { said: true };
      },
    },
    sing: { name: 'Sing it', input: v.object({ song: v.string() }), run: ({ song }) => ({ sung: song + '!' }) },
  },
});
`;

/** Without diagram information, so that the page makes a layout. */
export const orderProcess: string = process(
  'order',
  ...chain(
    start('Ordered', { name: 'Order received' }),
    serviceTask('Charge', { name: 'Charge the card', type: 'charge', retries: '1' }),
    catchEvent('Shipped', { name: 'Parcel shipped', message: { name: 'shipped', correlationKey: '=orderId' } }),
    catchEvent('Day', { name: 'A day later', duration: 'P1D' }),
    end('Done', { name: 'Order done' }),
  ),
  boundary('TooMuch', 'Charge', { name: 'Too much', error: 'TOO_MUCH' }),
  end('Sorry', { name: 'Order refused' }),
  flow('TooMuch', 'Sorry'),
);

/** The folder of a developer. */
export const orderFiles: Readonly<Record<string, string>> = {
  'connectors.mjs': chargeConnector,
  'order.bpmn': orderProcess,
};
