/** A range of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A text that was made from another, with a map of positions back to it. The text consists of segments. A segment is copied
 * unchanged, or it is the meaning of a longer spelling, which it then stands for as a whole.
 */
export interface Layer {
  readonly text: string;
  /** Returns the range of the original text that a range of this text came from. */
  readonly toOriginal: (span: Span) => Span;
}

/** The original text. */
export const originalLayer = (text: string): Layer => ({ text, toOriginal: (span) => span });

/** Builds the text of a layer from left to right. */
export interface LayerBuilder {
  /** Copies a range of the text below. */
  copy(start: number, end: number): void;
  /** Adds what a range of the text below means. */
  replace(start: number, end: number, meaning: string): void;
  build(): Layer;
}

/** The index of the last entry that is not larger than the position. */
const lastBefore = (entries: readonly number[], position: number): number => {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (entries[middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** Starts a layer above another. */
export const layerAbove = (below: Layer): LayerBuilder => {
  const parts: string[] = [];
  // Of each segment: where it begins in this text, and its range in the text below.
  const begins: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let length = 0;

  const add = (start: number, end: number, text: string): void => {
    if (text === '') return;
    begins.push(length);
    starts.push(start);
    ends.push(end);
    parts.push(text);
    length += text.length;
  };

  const isCopy = (segment: number): boolean =>
    (segment + 1 < begins.length ? begins[segment + 1]! : length) - begins[segment]! ===
    ends[segment]! - starts[segment]!;

  const toBelow = ({ start, end }: Span): Span => {
    const first = lastBefore(begins, start);
    const last = lastBefore(begins, end - 1);
    return {
      start: isCopy(first) ? starts[first]! + start - begins[first]! : starts[first]!,
      end: isCopy(last) ? starts[last]! + end - begins[last]! : ends[last]!,
    };
  };

  return {
    copy: (start, end) => add(start, end, below.text.slice(start, end)),
    replace: add,
    build: () => ({ text: parts.join(''), toOriginal: (span) => below.toOriginal(toBelow(span)) }),
  };
};

/** The layer without what a pattern matches. The pattern is global. */
export const without = (below: Layer, pattern: RegExp): Layer => {
  const { text } = below;
  if (text.search(pattern) === -1) return below;
  const builder = layerAbove(below);
  let position = 0;
  for (const { index, 0: found } of text.matchAll(pattern)) {
    builder.copy(position, index);
    position = index + found.length;
  }
  builder.copy(position, text.length);
  return builder.build();
};

/** The layer with other characters in the same places. The change must keep the length of the text. */
export const folded = (below: Layer, fold: (text: string) => string): Layer => ({ ...below, text: fold(below.text) });
