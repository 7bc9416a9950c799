import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { build } from 'esbuild';
import fc from 'fast-check';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { bindInput } from '../../../src/connector/input/validate-input.ts';
import { stringifyValue, toJson } from '../../../src/connector/values/json-text.ts';
import {
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
  temporalForm,
  toDate,
  toMilliseconds,
} from '../../../src/connector/values/temporal.ts';

type Make = () => v.GenericSchema<unknown, { readonly text: string }>;

/** The fields that come from the text. */
const fieldsOf = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([name, item]) => name !== 'text' && typeof item !== 'function'));

const accepted: readonly (readonly [make: unknown, text: string, fields: object])[] = [
  [feelDate, '2026-01-31', { kind: 'date', year: 2026, month: 1, day: 31 }],
  [feelDate, '2024-02-29', { kind: 'date', year: 2024, month: 2, day: 29 }],
  [feelDate, '2000-02-29', { kind: 'date', year: 2000, month: 2, day: 29 }],
  [feelDate, '-0044-03-15', { kind: 'date', year: -44, month: 3, day: 15 }],
  [feelDate, '12026-01-31', { kind: 'date', year: 12026, month: 1, day: 31 }],
  [feelTime, '13:05', { kind: 'time', hour: 13, minute: 5, second: 0, nanosecond: 0 }],
  [feelTime, '00:00:00', { kind: 'time', hour: 0, minute: 0, second: 0, nanosecond: 0 }],
  [feelTime, '23:59:59.123456789', { kind: 'time', hour: 23, minute: 59, second: 59, nanosecond: 123456789 }],
  [feelTime, '13:05:30.5', { kind: 'time', hour: 13, minute: 5, second: 30, nanosecond: 500000000 }],
  [feelTime, '13:05:30Z', { kind: 'time', hour: 13, minute: 5, second: 30, nanosecond: 0, offset: 0 }],
  [feelTime, '13:05:30-01:30', { kind: 'time', hour: 13, minute: 5, second: 30, nanosecond: 0, offset: -5400 }],
  [feelTime, '13:05:30-00:00', { kind: 'time', hour: 13, minute: 5, second: 30, nanosecond: 0, offset: 0 }],
  [
    feelTime,
    '13:05:30@Europe/Berlin',
    { kind: 'time', hour: 13, minute: 5, second: 30, nanosecond: 0, zone: 'Europe/Berlin' },
  ],
  [
    feelDateTime,
    '2026-01-31T13:05:30',
    { kind: 'dateTime', year: 2026, month: 1, day: 31, hour: 13, minute: 5, second: 30, nanosecond: 0 },
  ],
  [
    feelDateTime,
    '2026-01-31T13:05:30+01:00[Europe/Berlin]',
    {
      kind: 'dateTime',
      year: 2026,
      month: 1,
      day: 31,
      hour: 13,
      minute: 5,
      second: 30,
      nanosecond: 0,
      offset: 3600,
      zone: 'Europe/Berlin',
    },
  ],
  [
    feelDateTime,
    '2026-01-31T13:05:30@America/New_York',
    {
      kind: 'dateTime',
      year: 2026,
      month: 1,
      day: 31,
      hour: 13,
      minute: 5,
      second: 30,
      nanosecond: 0,
      zone: 'America/New_York',
    },
  ],
  [
    feelDateTime,
    '2026-01-31T13:05:30Z',
    { kind: 'dateTime', year: 2026, month: 1, day: 31, hour: 13, minute: 5, second: 30, nanosecond: 0, offset: 0 },
  ],
  [
    feelDaysTimeDuration,
    'P1DT2H3M4.5S',
    { kind: 'daysTimeDuration', days: 1, hours: 2, minutes: 3, seconds: 4, nanoseconds: 500000000 },
  ],
  [
    feelDaysTimeDuration,
    'P3D',
    { kind: 'daysTimeDuration', days: 3, hours: 0, minutes: 0, seconds: 0, nanoseconds: 0 },
  ],
  [
    feelDaysTimeDuration,
    'PT90M',
    { kind: 'daysTimeDuration', days: 0, hours: 1, minutes: 30, seconds: 0, nanoseconds: 0 },
  ],
  [
    feelDaysTimeDuration,
    '-PT30H',
    { kind: 'daysTimeDuration', days: -1, hours: -6, minutes: 0, seconds: 0, nanoseconds: 0 },
  ],
  [
    feelDaysTimeDuration,
    'PT-5M',
    { kind: 'daysTimeDuration', days: 0, hours: 0, minutes: -5, seconds: 0, nanoseconds: 0 },
  ],
  [
    feelDaysTimeDuration,
    'PT-0.5S',
    { kind: 'daysTimeDuration', days: 0, hours: 0, minutes: 0, seconds: 0, nanoseconds: -500000000 },
  ],
  [
    feelDaysTimeDuration,
    'PT1H-30M',
    { kind: 'daysTimeDuration', days: 0, hours: 0, minutes: 30, seconds: 0, nanoseconds: 0 },
  ],
  [
    feelDaysTimeDuration,
    'PT0S',
    { kind: 'daysTimeDuration', days: 0, hours: 0, minutes: 0, seconds: 0, nanoseconds: 0 },
  ],
  [feelYearsMonthsDuration, 'P1Y2M', { kind: 'yearsMonthsDuration', years: 1, months: 2 }],
  [feelYearsMonthsDuration, 'P30M', { kind: 'yearsMonthsDuration', years: 2, months: 6 }],
  [feelYearsMonthsDuration, '-P3M', { kind: 'yearsMonthsDuration', years: 0, months: -3 }],
  [feelYearsMonthsDuration, 'P-1Y-2M', { kind: 'yearsMonthsDuration', years: -1, months: -2 }],
  [feelYearsMonthsDuration, 'P0Y', { kind: 'yearsMonthsDuration', years: 0, months: 0 }],
  [feelYearsMonthsDuration, 'P0D', { kind: 'yearsMonthsDuration', years: 0, months: 0 }],
];

const refused: readonly (readonly [make: unknown, texts: readonly unknown[]])[] = [
  [
    feelDate,
    [
      '2026-02-30',
      '2025-02-29',
      '1900-02-29',
      '2026-13-01',
      '2026-00-01',
      '2026-01-00',
      '2026-1-31',
      '26-01-31',
      '02026-01-31',
      '+2026-01-31',
      '2026-01-31T00:00',
      ' 2026-01-31',
      '',
      'today',
      20260131,
      null,
      undefined,
      {},
    ],
  ],
  [
    feelTime,
    [
      '25:00',
      '24:00:00',
      '13:60',
      '13:05:60',
      '13',
      '13:5',
      '13:05:30.',
      '13:05:30.1234567890',
      '13:05:30z',
      '13:05:30+1',
      '13:05:30+01:60',
      '13:05:30+19:00',
      '13:05:30@Mars/Base',
      '13:05:30@',
      '13:05:30[Europe/Berlin]',
      '13:05:30+01:00[]',
      'T13:05',
      '',
    ],
  ],
  [
    feelDateTime,
    [
      '2026-02-30T10:00',
      '2026-01-31',
      '2026-01-31 13:05',
      '2026-01-31T',
      '2026-01-31T25:00',
      '2026-01-31T13:05:30+01:00[Nowhere]',
      '2026-01-31T13:05:30+01:00@Europe/Berlin',
      'T13:05',
      '',
    ],
  ],
  [
    feelDaysTimeDuration,
    [
      'PT',
      'P',
      '-P',
      '-PT',
      'P1DT',
      'P1Y',
      'P1M',
      'P1W',
      'PT1.5H',
      'PT1S1M',
      'PT.5S',
      'PT1,5S',
      'P-D',
      '1D',
      'pt1s',
      '',
      'P99999999999999999999D',
      'PT1H ',
    ],
  ],
  [feelYearsMonthsDuration, ['P', '-P', 'P1D', 'PT1M', 'P1M1Y', 'P1.5Y', '1Y', '', 'P1Y2M3D', 'P99999999999Y']],
];

describe('temporal texts', () => {
  for (const [make, text, fields] of accepted) {
    test(`${text} is a ${(fields as { kind: string }).kind} and keeps its text`, () => {
      const value = v.parse((make as Make)(), text);
      assert.deepEqual(fieldsOf(value), fields);
      assert.ok(Object.isFrozen(value));
      assert.equal(value.text, text);
      assert.equal(`${value}`, text);
      assert.equal(toJson(value), text);
      assert.equal(stringifyValue({ value }), JSON.stringify({ value: text }));
      assert.deepEqual(v.parse((make as Make)(), value), value);
    });
  }

  for (const [make, texts] of refused) {
    for (const text of texts) {
      test(`${String((make as Make).name)} refuses ${JSON.stringify(text) ?? 'undefined'}`, () =>
        assert.ok(!v.is((make as Make)(), text)));
    }
  }

  test('a value of another kind is refused', () => {
    assert.ok(!v.is(feelTime(), v.parse(feelDate(), '2026-01-31')));
    assert.ok(!v.is(feelDate(), { kind: 'date', text: '2026-02-30' }));
  });

  test('a problem names what is expected, not the value', async () => {
    const schema = v.object({ due: feelDate(), wait: v.optional(feelDaysTimeDuration()) });
    assert.deepEqual(await bindInput(schema, { due: '2026-02-30', wait: 's3cret' }), {
      ok: false,
      problems: [
        'due: expected a date such as 2026-01-31',
        'wait: expected a duration of days and time such as P1DT2H30M',
      ],
    });
    const good = await bindInput(schema, { due: '2026-02-28', wait: null });
    assert.ok(good.ok);
    assert.equal(good.value.due.day, 28);
  });

  test('parsing any text yields a value of that text, or refuses it', () => {
    const symbols = fc.string({ unit: fc.constantFrom(...'PT0123456789YMDHS.-+:Z@[]'), maxLength: 20 });
    for (const make of [
      feelDate,
      feelTime,
      feelDateTime,
      feelDaysTimeDuration,
      feelYearsMonthsDuration,
    ] as readonly Make[]) {
      fc.assert(
        fc.property(fc.oneof(fc.string(), symbols), (text) => {
          const result = v.safeParse(make(), text);
          if (result.success) assert.equal(result.output.text, text);
        }),
      );
    }
  });

  test('any duration of whole seconds is unchanged after a round trip', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (seconds) => {
        const text = seconds < 0 ? `-PT${-seconds}S` : `PT${seconds}S`;
        assert.equal(toMilliseconds(v.parse(feelDaysTimeDuration(), text)), seconds * 1000);
      }),
    );
  });

  test('any instant is unchanged after a round trip', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
        (date) => {
          assert.deepEqual(toDate(v.parse(feelDateTime(), date.toISOString())), date);
        },
      ),
    );
  });
});

describe('toDate', () => {
  const cases: readonly (readonly [title: string, text: string, zone: string | undefined, iso: string])[] = [
    ['by offset', '2026-01-31T13:05:30+01:00', undefined, '2026-01-31T12:05:30.000Z'],
    [
      'the offset wins over the zone',
      '2026-07-31T13:05:30+01:00[Europe/Berlin]',
      undefined,
      '2026-07-31T12:05:30.000Z',
    ],
    ['by zone, in winter', '2026-01-31T13:05:30@Europe/Berlin', undefined, '2026-01-31T12:05:30.000Z'],
    ['by zone, in summer', '2026-07-31T13:05:30@Europe/Berlin', undefined, '2026-07-31T11:05:30.000Z'],
    ['west of UTC', '2026-07-31T20:00:00@America/New_York', undefined, '2026-08-01T00:00:00.000Z'],
    ['the first of two equal local times', '2026-10-25T02:30:00@Europe/Berlin', undefined, '2026-10-25T00:30:00.000Z'],
    [
      'a local time that is skipped moves on',
      '2026-03-29T02:30:00@Europe/Berlin',
      undefined,
      '2026-03-29T01:30:00.000Z',
    ],
    ['just before the change', '2026-03-29T01:59:59@Europe/Berlin', undefined, '2026-03-29T00:59:59.000Z'],
    ['just after the change', '2026-03-29T03:00:00@Europe/Berlin', undefined, '2026-03-29T01:00:00.000Z'],
    ['a local one in the zone given', '2026-01-31T13:05:30', 'Europe/Berlin', '2026-01-31T12:05:30.000Z'],
    ['a zone of its own wins over the one given', '2026-01-31T13:05:30Z', 'Europe/Berlin', '2026-01-31T13:05:30.000Z'],
    ['nanoseconds are cut to milliseconds', '2026-01-31T13:05:30.123999999Z', undefined, '2026-01-31T13:05:30.123Z'],
    ['a year below 100', '0050-01-31T13:05:30Z', undefined, '0050-01-31T13:05:30.000Z'],
  ];
  for (const [title, text, zone, iso] of cases) {
    test(title, () => assert.equal(toDate(v.parse(feelDateTime(), text), zone).toISOString(), iso));
  }

  test('a date becomes its midnight, in UTC or in the given time zone', () => {
    const date = v.parse(feelDate(), '2026-07-31');
    assert.equal(toDate(date).toISOString(), '2026-07-31T00:00:00.000Z');
    assert.equal(toDate(date, 'Europe/Berlin').toISOString(), '2026-07-30T22:00:00.000Z');
  });

  const faults: readonly (readonly [title: string, act: () => unknown, message: RegExp])[] = [
    [
      'a local date with time and no zone',
      () => toDate(v.parse(feelDateTime(), '2026-01-31T13:05')),
      /A local date and time is not an instant/,
    ],
    [
      'a zone that does not exist',
      () => toDate(v.parse(feelDate(), '2026-01-31'), 'Mars/Base'),
      /not a known time zone/,
    ],
    ['a date beyond Date', () => toDate(v.parse(feelDate(), '999999999-01-31')), /outside the range of a Date/],
  ];
  for (const [title, act, message] of faults) {
    test(`${title} is a fault`, () =>
      assert.throws(act, (error) => isFault(error, 'value') && message.test(error.message)));
  }
});

describe('toMilliseconds', () => {
  const cases: readonly (readonly [text: string, milliseconds: number])[] = [
    ['P1DT2H3M4.5S', 93784500],
    ['-PT1M30S', -90000],
    ['PT0.0005S', 0.5],
    ['PT0S', 0],
  ];
  for (const [text, milliseconds] of cases) {
    test(`${text} is ${milliseconds} ms`, () =>
      assert.equal(toMilliseconds(v.parse(feelDaysTimeDuration(), text)), milliseconds));
  }
});

describe('the form of a temporal schema', () => {
  const forms: readonly (readonly [schema: v.GenericSchema, noun: string, examples: readonly string[]])[] = [
    [feelDate(), 'a date', ['2026-01-31']],
    [feelTime(), 'a time', ['13:05:30', '13:05:30+01:00']],
    [feelDateTime(), 'a date and time', ['2026-01-31T13:05:30+01:00']],
    [feelDaysTimeDuration(), 'a duration of days and time', ['P1DT2H30M']],
    [feelYearsMonthsDuration(), 'a duration of years and months', ['P1Y2M']],
  ];
  for (const [schema, noun, examples] of forms) {
    test(`${noun} has examples that the schema and the pattern accept`, () => {
      const form = temporalForm(schema);
      assert.deepEqual([form?.noun, form?.examples], [noun, examples]);
      for (const example of examples) {
        assert.ok(v.is(schema, example));
        assert.match(example, new RegExp(form!.source));
      }
      const refused = v.safeParse(schema, 'x');
      assert.equal(refused.issues?.[0].message, `expected ${noun} such as ${examples.join(' or ')}`);
    });
  }

  test('stays with a pipe around the schema', () => {
    assert.equal(temporalForm(v.pipe(feelDate(), v.title('Day')))?.noun, 'a date');
  });

  test('belongs to no other schema', () => {
    assert.equal(temporalForm(v.string()), undefined);
    assert.equal(
      temporalForm(v.union([v.string(), v.object({ kind: v.literal('date'), text: v.string() })], 'a date')),
      undefined,
    );
  });

  test('is found by another copy of the module', async () => {
    const { outputFiles } = await build({
      ...{ entryPoints: ['src/connector/values/temporal.ts'], write: false, bundle: true },
      ...{ platform: 'node', format: 'esm' },
    });
    const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString('base64')}`;
    const copy = (await import(url)) as { readonly temporalForm: typeof temporalForm };
    assert.notEqual(copy.temporalForm, temporalForm);
    assert.equal(copy.temporalForm(feelDate())?.noun, 'a date');
  });
});
