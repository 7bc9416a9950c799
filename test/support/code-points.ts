import fc from 'fast-check';

/** Code points that are halves of others. */
const surrogates = { first: 0xd800, count: 0x800 };

/**
 * Any character of Unicode, as the unit of texts: `fc.string({ unit: codePoint })`. The library's own unit `binary` is the same,
 * but builds a table of all of them, which takes most of a second and stays in the memory of the process.
 */
export const codePoint: fc.Arbitrary<string> = fc.nat(0x10_ffff - surrogates.count).map(
  (index) => String.fromCodePoint(index < surrogates.first ? index : index + surrogates.count),
  (text) => {
    const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== text) throw new Error('It is not one character.');
    return point < surrogates.first ? point : point - surrogates.count;
  },
);
