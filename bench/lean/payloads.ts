/** The variables that jobs of different sizes have, beside the five small ones. */

const sentence = 'A parcel for the customer in the north waits at the gate of the harbour. ';

const text = (size: number): string =>
  JSON.stringify(sentence.repeat(Math.ceil(size / sentence.length)).slice(0, size));

/** A list of objects as an order has them. */
const objects = (size: number): string => {
  const items: string[] = [];
  let length = 2;
  for (let id = 1; length < size; id++) {
    const item = JSON.stringify({
      id,
      name: `item ${id}`,
      price: id * 1.25,
      tags: ['new', 'red'],
      inStock: id % 2 === 0,
      at: '2030-01-01T00:00:00.000Z',
    });
    items.push(item);
    length += item.length + 1;
  }
  return `[${items.join(',')}]`;
};

/** JSON of the variable `p`, by the name of the payload. */
export const payloads = {
  '1 KB': () => text(1_000),
  '100 KB of text': () => text(100_000),
  '100 KB of objects': () => objects(100_000),
} as const;

export type Payload = keyof typeof payloads;

export const isPayload = (name: string | undefined): name is Payload => name !== undefined && name in payloads;
