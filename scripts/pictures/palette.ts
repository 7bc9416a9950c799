/**
 * Makes screenshots smaller: a PNG with a palette has one byte for each pixel instead of three or four. Screenshots have few colours that
 * differ much, so that nobody sees a difference.
 */
import { deflateSync, inflateSync } from 'node:zlib';

/** Pixels without their opacity, as `0xRRGGBB`, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** As many as one byte can count. */
const mostColours = 256;

/** Bytes of a pixel, by the colour type of a PNG: with and without opacity. */
const pixelBytes: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

const readChunks = (png: Buffer): readonly Chunk[] => {
  if (!png.subarray(0, signature.length).equals(signature)) throw new Error('The picture is not a PNG.');
  const chunks: Chunk[] = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
};

/** The neighbour that PNG's fourth filter predicts from: the one nearest to left + above - corner. */
const nearest = (left: number, above: number, corner: number): number => {
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
};

/** What a byte differs from, by the filter of its row. */
const predictions: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, above) => above,
  (left, above) => (left + above) >> 1,
  nearest,
];

/** Reads a PNG as browsers write screenshots: eight bits a channel, with or without opacity, not interlaced. */
export const readPng = (png: Buffer): Picture => {
  const chunks = readChunks(png);
  const header = chunks.find(({ type }) => type === 'IHDR')!.data;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colourType, interlaced] = [header[8], header[9]!, header[12]];
  const size = pixelBytes[colourType];
  if (depth !== 8 || size === undefined || interlaced !== 0) {
    throw new Error(`The picture has depth ${depth} and colour type ${colourType}. Fix: take it as a screenshot.`);
  }
  const bytes = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const length = width * size;
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(length);
  for (let y = 0; y < height; y++) {
    const start = y * (length + 1);
    const predict = predictions[bytes[start]!]!;
    const row = new Uint8Array(length);
    for (let x = 0; x < length; x++) {
      const [left, corner] = x < size ? [0, 0] : [row[x - size]!, above[x - size]!];
      row[x] = bytes[start + 1 + x]! + predict(left, above[x]!, corner);
    }
    for (let x = 0; x < width; x++) {
      const at = x * size;
      pixels[y * width + x] = (row[at]! << 16) | (row[at + 1]! << 8) | row[at + 2]!;
    }
    above = row;
  }
  return { width, height, pixels };
};

/** A colour, and how much it counts: seldom ones more than their share, or thin lines and small marks would lose theirs. */
interface Colour {
  readonly value: number;
  readonly weight: number;
}

/** Where red, green and blue begin in a colour. */
const channels = [16, 8, 0] as const;

const channelOf = ({ value }: Colour, shift: number): number => (value >> shift) & 0xff;

const mean = (colours: readonly Colour[], shift: number): number =>
  colours.reduce((sum, colour) => sum + colour.weight * channelOf(colour, shift), 0) /
  colours.reduce((sum, { weight }) => sum + weight, 0);

/** Colours that become one, and by which channel they differ most. */
interface Group {
  readonly colours: readonly Colour[];
  readonly shift: number;
  readonly spread: number;
}

const groupOf = (colours: readonly Colour[]): Group => {
  const spreads = channels.map((shift) => {
    const middle = mean(colours, shift);
    return {
      shift,
      spread: colours.reduce((sum, colour) => sum + colour.weight * (channelOf(colour, shift) - middle) ** 2, 0),
    };
  });
  return { colours, ...spreads.reduce((most, one) => (one.spread > most.spread ? one : most)) };
};

/** Divides the group whose colours differ most, again and again. */
const groupsOf = (colours: readonly Colour[]): readonly Group[] => {
  const groups = [groupOf(colours)];
  while (groups.length < mostColours) {
    const widest = groups.reduce((most, one) => (one.spread > most.spread ? one : most));
    if (widest.spread === 0) break;
    const middle = mean(widest.colours, widest.shift);
    const isLow = (colour: Colour): boolean => channelOf(colour, widest.shift) <= middle;
    const [low, high] = [widest.colours.filter(isLow), widest.colours.filter((colour) => !isLow(colour))];
    groups.splice(groups.indexOf(widest), 1, groupOf(low), groupOf(high));
  }
  return groups;
};

const checksums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

const checksum = (bytes: Buffer): number => {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ checksums[(sum ^ byte) & 0xff]!;
  return (sum ^ 0xffffffff) >>> 0;
};

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const chunk = (type: string, data: Buffer): Buffer => {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), content, uint32(checksum(content))]);
};

/** Writes a picture as a PNG with a palette of at most 256 colours. If it has more, similar ones become one. */
export const writePalettePng = ({ width, height, pixels }: Picture): Buffer => {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const groups = groupsOf([...counts].map(([value, count]) => ({ value, weight: Math.sqrt(count) })));
  const places = new Map(groups.flatMap(({ colours }, place) => colours.map(({ value }) => [value, place] as const)));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x]!)!;
  }
  const palette = groups.flatMap(({ colours }) => channels.map((shift) => Math.round(mean(colours, shift))));
  // Eight bits for each pixel, and colour type 3: a palette.
  const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 3, 0, 0, 0])]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette)),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** A screenshot as a smaller PNG. */
export const withPalette = (screenshot: Buffer): Buffer => writePalettePng(readPng(screenshot));
