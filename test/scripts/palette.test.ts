/** How screenshots become smaller. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { type Picture, readPng, writePalettePng } from '../../scripts/pictures/palette.ts';

const signature = '89504e470d0a1a0a';

/** A PNG of two columns. The checksums are wrong: browsers write what is read here. */
const png = (colourType: number, rows: readonly (readonly number[])[], more: { readonly interlaced?: number } = {}) => {
  const header = [0, 0, 0, 2, 0, 0, 0, rows.length, 8, colourType, 0, 0, more.interlaced ?? 0];
  const bytes = deflateSync(Buffer.from(rows.flat()));
  // The data of a picture may come in several parts.
  const parts = [
    ['IHDR', Buffer.from(header)],
    ['tEXt', Buffer.from('a comment')],
    ['IDAT', bytes.subarray(0, 5)],
    ['IDAT', bytes.subarray(5)],
    ['IEND', Buffer.alloc(0)],
  ] as const;
  const chunks = parts.flatMap(([type, data]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return [length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)];
  });
  return Buffer.concat([Buffer.from(signature, 'hex'), ...chunks]);
};

/** What a PNG with a palette shows, read without the function under test. */
const colours = (bytes: Buffer, width: number): { readonly palette: readonly number[]; readonly pixels: number[] } => {
  const at = (type: string) => bytes.indexOf(type, 0, 'latin1');
  const data = (type: string) => bytes.subarray(at(type) + 4, at(type) + 4 + bytes.readUInt32BE(at(type) - 4));
  const entries = data('PLTE');
  const palette = Array.from({ length: entries.length / 3 }, (_, index) => entries.readUIntBE(index * 3, 3));
  const rows = inflateSync(data('IDAT'));
  const pixels: number[] = [];
  for (let start = 0; start < rows.length; start += width + 1) {
    assert.equal(rows[start], 0, 'the row has no filter');
    pixels.push(...[...rows.subarray(start + 1, start + 1 + width)].map((index) => palette[index]!));
  }
  return { palette, pixels };
};

// Each row follows one that differs in all channels. What stands in the comments is what the filters say.
const filtered: readonly (readonly [name: string, row: readonly number[], pixels: readonly number[]])[] = [
  ['none', [0, 9, 8, 7, 20, 30, 40], [0x090807, 0x141e28]],
  ['left', [1, 9, 8, 7, 11, 22, 33], [0x090807, 0x141e28]],
  // 100, 50, 10 and 200, 255, 0 above; a sum of more than 255 begins at 0 again.
  ['above', [2, 1, 2, 3, 60, 1, 5], [0x65340d, 0x040005]],
  // Half of what stands above: 50, 25, 5. Then the half of (60 + 200), (35 + 255) and (15 + 0).
  ['the mean of both', [3, 10, 10, 10, 1, 1, 1], [0x3c230f, 0x839208]],
  // Above is nearest: 100, 50, 10. Then left 110, 60, 20; above 200, 255, 0; corner 100, 50, 10: above, above, and the corner.
  ['the nearest', [4, 10, 10, 10, 1, 1, 1], [0x6e3c14, 0xc9000b]],
];

for (const [name, row, pixels] of filtered) {
  test(`a row is read whose filter is ${name}`, () => {
    const first = [0, 100, 50, 10, 200, 255, 0];
    const { width, height, pixels: read } = readPng(png(2, [first, row]));
    assert.deepEqual([width, height, ...read], [2, 2, 0x64320a, 0xc8ff00, ...pixels]);
  });
}

test('opacity is left out', () => {
  assert.deepEqual([...readPng(png(6, [[1, 1, 2, 3, 255, 4, 5, 6, 0]])).pixels], [0x010203, 0x050709]);
});

for (const [title, bytes, message] of [
  ['something else', Buffer.from('GIF89a, more or less'), /is not a PNG/],
  ['a PNG with shades of grey', png(0, [[0, 1, 2]]), /colour type 0\. Fix: /],
  ['an interlaced PNG', png(2, [[0, 1, 2, 3, 4, 5, 6]], { interlaced: 1 }), /Fix: /],
] as const) {
  test(`${title} is refused`, () => {
    assert.throws(() => readPng(bytes), { message });
  });
}

test('a picture with at most 256 colours stays as it is', () => {
  const pixels = Uint32Array.from({ length: 512 }, (_, index) => (index % 256) * 0x010001 + 0x3f00);
  const { palette, pixels: shown } = colours(writePalettePng({ width: 32, height: 16, pixels }), 32);
  assert.equal(palette.length, 256);
  assert.deepEqual(shown, [...pixels]);
});

test('colours beyond 256 become their neighbours, and a rare one that is like no other stays', () => {
  const shades = Array.from({ length: 40 * 40 }, (_, index) => (Math.floor(index / 40) << 8) | (index % 40));
  const picture: Picture = {
    width: 40,
    height: 41,
    pixels: Uint32Array.from([...shades, ...Array(40).fill(0xff0000)]),
  };
  picture.pixels[1639] = 0x00ff00;
  const { palette, pixels } = colours(writePalettePng(picture), 40);
  assert.equal(palette.length, 256);
  const difference = (one: number, other: number): number =>
    Math.max(...[16, 8, 0].map((shift) => Math.abs(((one >> shift) & 255) - ((other >> shift) & 255))));
  const worst = Math.max(...pixels.map((pixel, index) => difference(pixel, picture.pixels[index]!)));
  assert.ok(worst <= 4, `a colour differs by ${worst}`);
  assert.deepEqual([pixels[1600], pixels[1639]], [0xff0000, 0x00ff00]);
});

test('the parts have the checksums of PNG', () => {
  const bytes = writePalettePng({ width: 1, height: 1, pixels: Uint32Array.of(0xffffff) });
  assert.equal(bytes.subarray(-12).toString('hex'), '0000000049454e44ae426082');
});
