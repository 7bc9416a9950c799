/**
 * A connector whose schema also describes its fields in the Modeler: labels, sections, and a choice with its own fields.
 * docs/templates.md shows the template.
 *
 * Try it without an engine: npx tsx examples/parcel.ts
 */
import { defineOutbound, hints } from 'camunda-connectors';
import * as v from 'valibot';
import { tryIfStarted } from './support/try.ts';

// #region connector
const delivery = v.variant('way', [
  v.pipe(
    v.object({
      way: v.literal('door'),
      street: v.string(),
      postcode: v.pipe(v.string(), v.regex(/^\d{5}$/, 'must have five digits')),
    }),
    v.title('To the door'),
  ),
  v.pipe(
    v.object({ way: v.literal('shop'), shop: v.pipe(v.string(), v.title('Number of the shop')) }),
    v.title('To a parcel shop'),
  ),
]);

export const parcelLabel = defineOutbound({
  name: 'Parcel label',
  type: 'parcel-label',
  description: 'Writes the label of a parcel',
  template: {
    keywords: ['post', 'shipping'],
    groups: [
      { id: 'parcel', label: 'Parcel', openByDefault: true },
      { id: 'delivery', label: 'Delivery', openByDefault: true },
    ],
  },
  input: v.pipe(
    v.object({
      recipient: v.pipe(v.string(), v.nonEmpty(), v.examples(['Ada Lovelace'])),
      weight: v.pipe(v.number(), v.minValue(0.1), v.maxValue(30), v.title('Weight in kg')),
      size: v.pipe(
        v.optional(v.picklist(['s', 'm', 'l']), 'm'),
        hints({ choices: { s: 'Small', m: 'Medium', l: 'Large' } }),
      ),
      fragile: v.optional(v.boolean(), false),
      note: v.pipe(
        v.optional(v.pipe(v.string(), v.maxLength(40))),
        v.title('Note for the courier'),
        hints({ type: 'Text' }),
      ),
      delivery: v.pipe(delivery, v.title('Way of delivery'), hints({ group: 'delivery' })),
    }),
    hints({ group: 'parcel' }),
  ),
  output: v.object({ label: v.string() }),
  run: ({ recipient, weight, size, fragile, note, delivery }) => ({
    label: [
      recipient,
      delivery.way === 'door' ? `${delivery.street}, ${delivery.postcode}` : `Parcel shop ${delivery.shop}`,
      `${size.toUpperCase()}, ${weight} kg${fragile ? ', fragile' : ''}`,
      ...(note === undefined ? [] : [note]),
    ].join('\n'),
  }),
});
// #endregion

await tryIfStarted(import.meta.url, parcelLabel, {
  recipient: 'Ada Lovelace',
  weight: 2.5,
  delivery: { way: 'shop', shop: '12' },
});
