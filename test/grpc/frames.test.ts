import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createFrameReader, type FrameReader, frameOf, isGrpcType, wholeMessage } from '../../src/grpc/frames.ts';

const compressed = (content: Buffer): Buffer => {
  const frame = frameOf(content);
  frame[0] = 1;
  return frame;
};

const readAll = (reader: FrameReader): unknown[] => {
  const all: unknown[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    all.push(next);
    if (!Buffer.isBuffer(next)) break;
  }
  return all;
};

test('messages arrive whole and in order, wherever the answer is cut', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(
      fc.array(bytes, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (messages, sizes) => {
        const whole = Buffer.concat(messages.map((message) => frameOf(Buffer.from(message))));
        const reader = createFrameReader(1_000, () => undefined);
        const read: unknown[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          reader.add(whole.subarray(at, at + size));
          at += size;
          read.push(...readAll(reader));
        }
        assert.deepEqual(
          read,
          messages.map((message) => Buffer.from(message)),
        );
        assert.equal(reader.isIncomplete(), false);
      },
    ),
  );
});

test('a message that arrives byte by byte is read', () => {
  const message = Buffer.alloc(20_000, 'a');
  const reader = createFrameReader(30_000, () => undefined);
  for (const byte of frameOf(message)) {
    assert.equal(reader.next(), undefined);
    reader.add(Buffer.from([byte]));
  }
  assert.deepEqual(reader.next(), message);
});

test('the rest of a message is incomplete', () => {
  const reader = createFrameReader(100, () => undefined);
  reader.add(frameOf(Buffer.from('abc')).subarray(0, 6));
  assert.equal(reader.next(), undefined);
  assert.equal(reader.isIncomplete(), true);
});

for (const [encoding, compress] of [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
] as const) {
  describe(`a message compressed with ${encoding}`, () => {
    test('is read', () => {
      const reader = createFrameReader(1_000, () => encoding);
      reader.add(Buffer.concat([compressed(compress(Buffer.from('hello'))), frameOf(Buffer.from('plain'))]));
      assert.deepEqual(readAll(reader).map(String), ['hello', 'plain']);
    });

    test('is refused beyond the limit, however small it arrives', () => {
      const reader = createFrameReader(1_000, () => encoding);
      reader.add(compressed(compress(Buffer.alloc(100_000))));
      assert.deepEqual(reader.next(), {
        kind: 'size',
        details: 'Received message that decompresses to a size larger than 1000',
      });
    });

    test('is refused if it is something else', () => {
      const reader = createFrameReader(1_000, () => encoding);
      reader.add(compressed(Buffer.from('hello')));
      assert.deepEqual(reader.next(), { kind: 'malformed', details: `Received a message that is not ${encoding}` });
    });
  });
}

test('a compressed message whose encoding is unknown, or not named, is refused by name', () => {
  for (const [encoding, name] of [
    ['snappy', 'snappy'],
    [undefined, 'identity'],
    ['toString', 'toString'],
  ] as const) {
    const reader = createFrameReader(1_000, () => encoding);
    reader.add(compressed(Buffer.from('hello')));
    assert.deepEqual(reader.next(), {
      kind: 'encoding',
      details: `Received a message compressed with ${name}, which is not supported`,
    });
  }
});

test('a message that announces more than the limit is refused before it arrives', () => {
  const reader = createFrameReader(1_000, () => undefined);
  reader.add(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]));
  assert.deepEqual(reader.next(), { kind: 'size', details: 'Received message larger than max (4294967295 vs 1000)' });
});

test('a message whose flag gRPC does not have is refused before it arrives', () => {
  const reader = createFrameReader(1_000, () => 'gzip');
  reader.add(Buffer.from([2, 0, 0, 0, 9]));
  assert.deepEqual(reader.next(), {
    kind: 'malformed',
    details: 'Received a message with the flag 2, which gRPC does not have',
  });
});

test('a long message whose rest arrives byte by byte is joined a few times only', (t) => {
  const message = Buffer.alloc(10_000_000, 'a');
  const frame = frameOf(message);
  const reader = createFrameReader(message.length, () => undefined);
  const long = frame.length - 20_000;
  reader.add(frame.subarray(0, long));
  const concat = t.mock.method(Buffer, 'concat');
  for (let at = long; at < frame.length; at++) {
    assert.equal(reader.next(), undefined);
    reader.add(frame.subarray(at, at + 1));
  }
  assert.deepEqual(reader.next(), message);
  assert.equal(concat.mock.callCount(), 3);
});

for (const [type, expected] of [
  ['application/grpc', true],
  ['application/grpc+proto', true],
  ['Application/gRPC; charset=utf-8', true],
  ['application/grpc+json', false],
  ['application/grpc-web', false],
  ['application/grpcx', false],
  ['text/html; application/grpc', false],
  [undefined, false],
] as const) {
  test(`the content type ${type} is ${expected ? '' : 'not '}that of gRPC`, () =>
    assert.equal(isGrpcType(type), expected));
}

test('a part that is exactly one frame is recognised, and nothing else', () => {
  const frame = frameOf(Buffer.from('hello'));
  assert.equal(wholeMessage(frame, 5)?.toString(), 'hello');
  assert.equal(wholeMessage(frameOf(Buffer.alloc(0)), 5)?.length, 0);
  const others = {
    'too long': wholeMessage(frame, 4),
    'the beginning of a frame': wholeMessage(frame.subarray(0, 8), 100),
    'the beginning of a prefix': wholeMessage(frame.subarray(0, 4), 100),
    nothing: wholeMessage(Buffer.alloc(0), 100),
    'a frame and the beginning of the next': wholeMessage(Buffer.concat([frame, Buffer.alloc(1)]), 100),
    compressed: wholeMessage(Buffer.concat([Buffer.from([1]), frame.subarray(1)]), 100),
  };
  for (const [what, found] of Object.entries(others)) assert.equal(found, undefined, what);
});
