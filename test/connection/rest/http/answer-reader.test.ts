/** The reader of HTTP answers: whatever leaves the end of an answer in doubt is refused, wherever the bytes are cut. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AnswerHead } from '../../../../src/connection/rest/http/answer-head.ts';
import { createAnswerReader } from '../../../../src/connection/rest/http/answer-reader.ts';

interface Reading {
  readonly heads: AnswerHead[];
  body: Buffer;
  end: 'waiting' | 'complete' | 'complete, closed' | `malformed: ${string}`;
  ends: number;
}

/** Reads the bytes in parts of these sizes, the last of which is repeated; then the server may close. */
const readIn = (bytes: Buffer, sizes: readonly number[], { closes = false, longestHead = 16_384 } = {}): Reading => {
  const reading: Reading = { heads: [], body: Buffer.alloc(0), end: 'waiting', ends: 0 };
  const finish = (end: Reading['end']): void => {
    reading.end = end;
    reading.ends += 1;
  };
  const reader = createAnswerReader(
    {
      head: (head) => void reading.heads.push(head),
      part: (part, start, end) => {
        assert.ok(end > start, 'a part is empty');
        reading.body = Buffer.concat([reading.body, part.subarray(start, end)]);
      },
      complete: (canFollow) => finish(canFollow ? 'complete' : 'complete, closed'),
      malformed: (why) => finish(`malformed: ${why}`),
    },
    longestHead,
  );
  reader.expect();
  for (let at = 0, turn = 0; at < bytes.length && reading.end === 'waiting'; turn += 1) {
    const size = sizes[Math.min(turn, sizes.length - 1)]!;
    // The buffer of a socket is used again, so nothing may be read from it later, nor beyond what has arrived.
    const arrived = Buffer.from(bytes.subarray(at, at + size));
    const room = Buffer.concat([arrived, stale]);
    reader.read(room, arrived.length);
    room.fill('#');
    at += size;
  }
  if (closes && reading.end === 'waiting') assert.equal(reader.end(), reading.ends > 0);
  return reading;
};

/** What may be left in the buffer from earlier: each of these would end a part of an answer. */
const stale = Buffer.from('\r\n\r\n0\r\n\r\n', 'latin1');

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

const ok = 'HTTP/1.1 200 OK\r\n';

describe('an answer is read', () => {
  const cases: readonly (readonly [
    what: string,
    answer: string,
    status: number,
    body: string,
    end: Reading['end'],
    closes?: boolean,
  ])[] = [
    ['with a length', `${ok}Content-Length: 3\r\n\r\nabc`, 200, 'abc', 'complete'],
    ['with a length of 0', `${ok}content-length:0\r\n\r\n`, 200, '', 'complete'],
    ['with leading zeros in its length', `${ok}Content-Length: 003\r\n\r\nabc`, 200, 'abc', 'complete'],
    ['with spaces around a value', `${ok}Content-Length: \t 3 \t\r\n\r\nabc`, 200, 'abc', 'complete'],
    ['with an empty header', `${ok}X:\r\nContent-Length: 1\r\n\r\na`, 200, 'a', 'complete'],
    [
      'with letters beyond ASCII in a header',
      `${ok}X: gr\u00fc\u00df\r\nContent-Length: 1\r\n\r\na`,
      200,
      'a',
      'complete',
    ],
    ['without a reason', 'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na', 200, 'a', 'complete'],
    ['with an empty reason', 'HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\na', 200, 'a', 'complete'],
    ['in chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n02\r\nde\r\n0\r\n\r\n`, 200, 'abcde', 'complete'],
    [
      'in chunks with hexadecimal lengths',
      `${ok}Transfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n`,
      200,
      '0123456789',
      'complete',
    ],
    [
      'in chunks with extensions',
      `${ok}Transfer-Encoding: chunked\r\n\r\n1;a="b"\r\nx\r\n0;c\r\n\r\n`,
      200,
      'x',
      'complete',
    ],
    [
      'in chunks with trailers',
      `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n`,
      200,
      'x',
      'complete',
    ],
    ['in no chunk', `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 200, '', 'complete'],
    ['without a body', 'HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n', 204, '', 'complete'],
    [
      'without a body, whose length is announced',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
      304,
      '',
      'complete',
    ],
    [
      'that must have no body but announces one',
      'HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n',
      204,
      '',
      'complete, closed',
    ],
    [
      'behind interim ones',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n${ok}Content-Length: 1\r\n\r\na`,
      200,
      'a',
      'complete',
    ],
    [
      'that closes the connection',
      `${ok}Connection: close\r\nContent-Length: 1\r\n\r\na`,
      200,
      'a',
      'complete, closed',
    ],
    [
      'that closes among other options',
      `${ok}Connection: x, Close\r\nContent-Length: 1\r\n\r\na`,
      200,
      'a',
      'complete, closed',
    ],
    [
      'that both keeps and closes',
      `${ok}Connection: close\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na`,
      200,
      'a',
      'complete, closed',
    ],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na', 200, 'a', 'complete, closed'],
    [
      'of HTTP/1.0 that keeps the connection',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na',
      200,
      'a',
      'complete',
    ],
    ['that lasts until the server closes', `${ok}A: b\r\n\r\nabc`, 200, 'abc', 'complete, closed', true],
  ];
  for (const [what, answer, status, body, end, closes = false] of cases) {
    test(`${what}, wherever it is cut`, () => {
      const bytes = latin(answer);
      for (let first = 1; first <= bytes.length; first += 1) {
        for (const sizes of [
          [first, bytes.length],
          [first, 1],
        ]) {
          const reading = readIn(bytes, sizes, { closes });
          assert.equal(reading.end, end, `${first} bytes first`);
          assert.equal(reading.heads.at(-1)?.status, status);
          assert.equal(reading.heads.length, 1);
          assert.equal(reading.body.toString('latin1'), body);
          assert.equal(reading.ends, 1);
        }
      }
    });
  }

  test('with the headers that count, the first of its types, and every encoding', () => {
    const answer = `${ok}CONTENT-TYPE: a/b; charset=utf-8\r\nContent-Type: c/d\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\nRetry-After: 7\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 0\r\n\r\n`;
    const [head] = readIn(latin(answer), [answer.length]).heads;
    assert.deepEqual(head, {
      status: 200,
      headers: { 'content-type': 'a/b; charset=utf-8', 'content-encoding': 'identity, gzip', 'retry-after': '7' },
      length: 0,
      keepsConnection: true,
      idleTime: 5_000,
    });
  });

  for (const [value, idleTime] of [
    ['timeout=5', 5_000],
    ['max=100, Timeout=60', 60_000],
    ['max=100,\ttimeout=7', 7_000],
    ['timeout=x, timeout=4', 4_000],
    ['timeout=12345678', 123_456_000],
    ['xtimeout=3', undefined],
    ['timeout=', undefined],
    ['timeout', undefined],
    ['', undefined],
  ] as const) {
    test(`with the header Keep-Alive: ${value}`, () => {
      const bytes = latin(`${ok}Keep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`);
      assert.equal(readIn(bytes, [bytes.length]).heads[0]?.idleTime, idleTime);
    });
  }

  test('in several, one after the other, over one connection', () => {
    let statuses: number[] = [];
    const reader = createAnswerReader({
      head: ({ status }) => void statuses.push(status),
      part: () => undefined,
      complete: () => reader.expect(),
      malformed: assert.fail,
    });
    reader.expect();
    for (const status of [200, 204, 404]) {
      reader.read(latin(`HTTP/1.1 ${status} X\r\nContent-Length: ${status === 204 ? 0 : 2}\r\n\r\n`));
      if (status !== 204) reader.read(latin('ab'));
    }
    assert.deepEqual(statuses, [200, 204, 404]);
    statuses = [];
  });
});

describe('an answer is malformed', () => {
  const body = '\r\n\r\nabcde';
  const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
  const cases: readonly (readonly [what: string, answer: string, why: RegExp])[] = [
    ...[
      'HTTP/2.0 200 OK',
      'HTTP/1.2 200 OK',
      'HTTP/1.1  200 OK',
      'HTTP/1.1 20 OK',
      'HTTP/1.1 099 OK',
      'HTTP/1.1 2000 OK',
      'http/1.1 200 OK',
      'ICY 200 OK',
      ' HTTP/1.1 200 OK',
      '\r\nHTTP/1.1 200 OK',
      'HTTP/1.1 200\tOK',
      'HTTP/1.1 200 O\u0000K',
      'HTTP/1.1 200 OK\rX: y',
    ].map(
      (line) =>
        [`with the status line ${JSON.stringify(line)}`, `${line}\r\nContent-Length: 5${body}`, /status line/] as const,
    ),
    ...['+5', '-5', '5.0', '0x5', '5, 5', '5 5', '', '5a', '9'.repeat(16)].map(
      (length) =>
        [
          `with the length ${JSON.stringify(length)}`,
          `${ok}Content-Length: ${length}${body}`,
          /length of the answer is unclear/,
        ] as const,
    ),
    ['with two lengths', `${ok}Content-Length: 5\r\nContent-Length: 6${body}`, /length of the answer is unclear/],
    [
      'with the same length twice',
      `${ok}Content-Length: 5\r\nContent-Length: 5${body}`,
      /length of the answer is unclear/,
    ],
    [
      'with a length and chunks',
      `${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /a length and a transfer encoding/,
    ],
    [
      'with chunks and a length',
      `${ok}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
      /a length and a transfer encoding/,
    ],
    ...['gzip', 'gzip, chunked', 'chunked, identity', 'xchunked', 'chunked;a', '', '"chunked"', '\u000bchunked'].map(
      (encoding) =>
        [
          `with the transfer encoding ${JSON.stringify(encoding)}`,
          `${ok}Transfer-Encoding: ${encoding}\r\n\r\n0\r\n\r\n`,
          /transfer encoding|malformed header/,
        ] as const,
    ),
    [
      'with two transfer encodings',
      `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /transfer encoding/,
    ],
    ['of HTTP/1.0 in chunks', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /transfer encoding/],
    ...[
      'Content-Length : 5',
      ' Content-Length: 5',
      'X: a\r\n Content-Length: 5',
      'X: a\r\n\tb',
      'no colon',
      ': 5',
      'A B: 5',
      'X: a\u0000b',
      'X: a\u007fb',
      'X: a\rContent-Length: 5',
      'X: a\nContent-Length: 5',
      'X\u00e4: 5',
    ].map((line) => [`with the header ${JSON.stringify(line)}`, `${ok}${line}${body}`, /malformed header/] as const),
    ...['', ' 5', '5 ', '0x5', '-5', '+5', 'g', '123456789', '5;\u0000', '5 ;a', '5\n'].map(
      (line) =>
        [
          `with the chunk ${JSON.stringify(line)}`,
          `${chunked}${line}\r\nabcde\r\n0\r\n\r\n`,
          /malformed chunk/,
        ] as const,
    ),
    ['with a chunk that is longer than announced', `${chunked}2\r\nabc\r\n0\r\n\r\n`, /malformed chunk/],
    ['with a chunk that ends in a bare line feed', `${chunked}2\r\nab\n0\r\n\r\n`, /malformed chunk/],
    ['with a malformed trailer', `${chunked}0\r\nno colon\r\n\r\n`, /malformed header/],
    ['with more than its length', `${ok}Content-Length: 5\r\n\r\nabcdef`, /goes on behind its end/],
    [
      'with an answer behind it',
      `${ok}Content-Length: 1\r\n\r\na${ok}Content-Length: 1\r\n\r\nb`,
      /goes on behind its end/,
    ],
    ['with a body that must not be there', 'HTTP/1.1 204 No Content\r\n\r\nabc', /goes on behind its end/],
    ['with something behind its last chunk', `${chunked}0\r\n\r\nx`, /goes on behind its end/],
    ['that changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n', /another protocol/],
    [
      'with a line of a chunk that is too long',
      `${chunked}1;${'a'.repeat(2_000)}\r\nx\r\n0\r\n\r\n`,
      /line that is too long/,
    ],
    [
      'with extensions without end',
      chunked + '1;aaaaaaaaaaaaaaaaaaa\r\nx\r\n'.repeat(1_000),
      /longer than 16384 bytes/,
    ],
    ['with trailers without end', `${chunked}0\r\n${'A: b\r\n'.repeat(4_000)}`, /longer than 16384 bytes/],
    ['with headers without end', ok + 'A: b\r\n'.repeat(4_000), /longer than 16384 bytes/],
    ['with one header without end', `${ok}A: ${'b'.repeat(20_000)}`, /longer than 16384 bytes/],
    ['behind interim ones without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000), /longer than 16384 bytes/],
  ];
  for (const [what, answer, why] of cases) {
    test(`${what}, however it arrives`, () => {
      const bytes = latin(answer);
      for (const sizes of [[bytes.length], [1], [7], [17, 1_000]]) {
        const reading = readIn(bytes, sizes);
        // What follows in a later packet is found when it arrives: nobody reads on after the end.
        if (/goes on behind/.test(why.source) && reading.end.startsWith('complete')) continue;
        assert.match(reading.end, why, `in parts of ${sizes} bytes`);
        assert.ok(reading.end.startsWith('malformed'), reading.end);
        assert.equal(reading.ends, 1);
        assert.doesNotMatch(reading.end, /abcde|no colon/, 'the reason quotes the answer');
      }
    });
  }

  test('as soon as it cannot become HTTP any more, although the server sends nothing else', () => {
    for (const start of ['\u0000', 'HX', '{"', '<html>', 'SSH-2.0-', '\u0015\u0003\u0001', 'HTTP/2']) {
      assert.match(readIn(latin(start), [1]).end, /status line/, JSON.stringify(start));
    }
    for (const start of ['H', 'HTTP/1', 'HTTP/1.']) assert.equal(readIn(latin(start), [1]).end, 'waiting', start);
  });

  test('if the server closes before its end', () => {
    for (const answer of [
      '',
      'HTTP/1.1 2',
      `${ok}A: b\r\n`,
      `${ok}Content-Length: 5\r\n\r\nabc`,
      `${chunked}5\r\nabcde\r\n0\r\n`,
    ]) {
      assert.equal(readIn(latin(answer), [100], { closes: true }).end, 'waiting');
    }
  });

  test('if its head exceeds the limit, which is the one of Node.js', () => {
    const answer = latin(`${ok}A: ${'b'.repeat(100)}\r\nContent-Length: 0\r\n\r\n`);
    assert.equal(readIn(answer, [1_000], { longestHead: answer.length }).end, 'complete');
    assert.match(readIn(answer, [1_000], { longestHead: answer.length - 1 }).end, /longer than \d+ bytes/);
    assert.match(readIn(answer, [10], { longestHead: answer.length - 1 }).end, /longer than \d+ bytes/);
  });
});

const sizesArbitrary = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

const framed = fc
  .record({
    status: fc.constantFrom(200, 201, 207, 400, 404, 500, 503),
    parts: fc.array(fc.uint8Array({ minLength: 1, maxLength: 80 }), { maxLength: 5 }),
    headers: fc.array(fc.constantFrom('Date: x', 'X-A:', 'Set-Cookie: a=b; c', 'Server: \u00e4'), { maxLength: 4 }),
    interim: fc.nat({ max: 2 }),
    isChunked: fc.boolean(),
    extension: fc.constantFrom('', ';a', ';a=b'),
  })
  .map(({ status, parts, headers, interim, isChunked, extension }) => {
    const body = Buffer.concat(parts);
    const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
    const head = `${'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.repeat(interim)}HTTP/1.1 ${status} X\r\n${[...headers, framing].join('\r\n')}\r\n\r\n`;
    const chunks = parts.flatMap((part) => [latin(`${part.length.toString(16)}${extension}\r\n`), part, latin('\r\n')]);
    const content = isChunked ? [...chunks, latin('0\r\n\r\n')] : [body];
    return { status, body, bytes: Buffer.concat([latin(head), ...content]) };
  });

test('every proper answer is read, wherever it is cut', () => {
  fc.assert(
    fc.property(framed, sizesArbitrary, ({ status, body, bytes }, sizes) => {
      const reading = readIn(bytes, sizes);
      assert.equal(reading.end, 'complete');
      assert.equal(reading.heads[0]?.status, status);
      assert.ok(reading.body.equals(body), 'the body differs');
    }),
    { numRuns: 500 },
  );
});

test('no part of an answer is a whole answer', () => {
  fc.assert(
    fc.property(framed, sizesArbitrary, fc.double({ min: 0, max: 1, noNaN: true }), ({ bytes }, sizes, share) => {
      const cut = bytes.subarray(0, Math.floor(share * (bytes.length - 1)));
      assert.equal(readIn(cut, sizes, { closes: true }).end, 'waiting');
    }),
    { numRuns: 500 },
  );
});

test('a damaged answer ends once at most, the same way wherever it is cut, with no more body than bytes', () => {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat({ max: 3 }),
    added: fc.constantFrom(
      ...['', '\r\n', '\n', ':', ' ', '0', 'f', '\u0000', 'HTTP/1.1 200 OK\r\n\r\n', 'Content-Length: 1\r\n'],
    ),
  });
  fc.assert(
    fc.property(framed, damage, sizesArbitrary, ({ bytes }, { at, removed, added }, sizes) => {
      const from = Math.floor(at * bytes.length);
      const damaged = Buffer.concat([bytes.subarray(0, from), latin(added), bytes.subarray(from + removed)]);
      const whole = readIn(damaged, [damaged.length]);
      const inParts = readIn(damaged, sizes);
      for (const { ends, body } of [whole, inParts]) {
        assert.ok(ends <= 1, `${ends} ends`);
        assert.ok(body.length <= damaged.length, 'there is more body than bytes');
      }
      // What follows a complete answer is seen only if it comes along.
      if (!whole.end.includes('behind its end')) assert.equal(inParts.end.split(':')[0], whole.end.split(':')[0]);
    }),
    { numRuns: 1_000 },
  );
});
