/** All templates for the tests: all kinds of inputs, all options, and the examples. */
import { httpGet } from '../../../examples/http-get.ts';
import { log } from '../../../examples/log.ts';
import { parcelLabel } from '../../../examples/parcel.ts';
import { payment } from '../../../examples/payment.ts';
import { pollFile } from '../../../examples/poll-file.ts';
import { randomInbound } from '../../../examples/random-inbound.ts';
import { login } from '../../../examples/secrets.ts';
import { createTemplates, type ElementTemplate, type TemplateOptions } from '../../../src/template/index.ts';
import { adder, connectors, mail, shelf } from './connectors.ts';
import { styles } from './styles.ts';

type Named = readonly [name: string, template: ElementTemplate];

const templatesOf = (connector: Parameters<typeof createTemplates>[0], title = '', options: TemplateOptions = {}) =>
  createTemplates(connector, options).map((template): Named => [`${title}${template.name}`, template]);

export const samples: readonly Named[] = [
  ...connectors.flatMap((connector) => templatesOf(connector)),
  ...connectors.flatMap((connector) => templatesOf(connector, 'hybrid: ', { hybrid: true })),
  ...connectors.flatMap((connector) => templatesOf(connector, 'before 8.8: ', { engines: { camunda: '^8.6' } })),
  ...styles.flatMap((connector) => templatesOf(connector, 'style: ')),
  ...[...connectors, ...styles, shelf].flatMap((connector) => templatesOf(connector, 'tool: ', { part: 'tool' })),
  ...templatesOf(adder, 'outputs by field: ', { outputs: 'fields' }),
  ...templatesOf(shelf),
  ...templatesOf(shelf, 'before 8.8: ', { engines: { camunda: '^8.6' } }),
  ...templatesOf(mail),
  ...templatesOf(mail, 'before 8.8: ', { engines: { camunda: '^8.6' } }),
  ...[httpGet, log, login, parcelLabel, payment, pollFile, randomInbound].flatMap((connector) =>
    templatesOf(connector, 'example: '),
  ),
];
