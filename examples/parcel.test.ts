import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executeOutbound } from 'camunda-connectors';
import { parcelLabel } from './parcel.ts';

test('a parcel to the door', async () => {
  const delivery = { way: 'door', street: 'St James Square 12', postcode: '12345' };
  const variables = { recipient: 'Ada Lovelace', weight: 2.5, fragile: true, note: 'Ring twice', delivery };
  assert.deepEqual(await executeOutbound(parcelLabel, { variables }), {
    kind: 'complete',
    variables: { label: 'Ada Lovelace\nSt James Square 12, 12345\nM, 2.5 kg, fragile\nRing twice' },
  });
});

test('a parcel to a shop, with an empty field sent as null', async () => {
  const variables = { recipient: 'Ada', weight: 1, note: null, delivery: { way: 'shop', shop: '12' } };
  const outcome = await executeOutbound(parcelLabel, { variables });
  assert.deepEqual(outcome, { kind: 'complete', variables: { label: 'Ada\nParcel shop 12\nM, 1 kg' } });
});
