const grammar =
  /^([+-])?P(?:([+-]?\d+)D)?(?:T(?=[+-]?\d)(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d{1,9}))?S)?)?$/i;

/**
 * Parses a duration of days, hours, minutes and seconds, by the grammar of Java's `Duration`: every number may have a sign,
 * and only seconds may have a fraction. FEEL and the timers of processes have other grammars.
 *
 * @returns whole milliseconds, rounded towards zero; `undefined` if the text is not such a duration
 * @example
 * parseDayTimeDuration('PT1M30S'); // 90000
 * parseDayTimeDuration('P1W'); // undefined
 */
export const parseDayTimeDuration = (text: string): number | undefined => {
  const match = grammar.exec(text);
  if (match === null) return undefined;
  const [, sign, days, hours, minutes, seconds, fraction] = match;
  if (days === undefined && hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  const fractionOfSecond = Number(`0.${fraction ?? '0'}`) * (seconds?.startsWith('-') === true ? -1 : 1);
  const total =
    Number(days ?? 0) * 86_400 +
    Number(hours ?? 0) * 3_600 +
    Number(minutes ?? 0) * 60 +
    Number(seconds ?? 0) +
    fractionOfSecond;
  const milliseconds = Math.trunc(Number((total * 1000).toFixed(6)));
  if (!Number.isSafeInteger(milliseconds)) return undefined;
  return sign === '-' ? -milliseconds || 0 : milliseconds;
};

/**
 * The source of a regular expression for durations without signs, e.g. `PT1M30S`: what a template accepts.
 * {@link parseDayTimeDuration} parses everything that it matches, unless the duration is too long for a number.
 */
export const plainDurationSource: string =
  '^P(?=[\\dT])(?:\\d+D)?(?:T(?=\\d)(?:\\d+H)?(?:\\d+M)?(?:\\d+(?:[.,]\\d{1,9})?S)?)?$';
