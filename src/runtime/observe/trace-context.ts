/** The trace of a caller, as the header `traceparent` names it (W3C Trace Context). */
export interface CallerTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  /** The header `tracestate`, as it arrived; absent if there is none or if it is too long. */
  readonly traceState?: string;
}

type Headers = readonly (readonly [name: string, value: string])[];

const parent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const isZero = (hex: string): boolean => /^0+$/.test(hex);

/** Characters. A longer state is dropped, as the standard allows. */
const maxState = 512;

const valuesOf = (headers: Headers, wanted: string): readonly string[] =>
  headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value.trim());

/**
 * Reads the trace of a caller. Baggage is not read: its content is anyone's choice.
 *
 * @returns `undefined` if there is no valid header `traceparent`, or more than one
 * @example
 * readCallerTrace([['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01']]);
 * // { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 }
 */
export const readCallerTrace = (headers: Headers): CallerTrace | undefined => {
  const [text = '', ...others] = valuesOf(headers, 'traceparent');
  const [, version, traceId = '', spanId = '', flags = '', rest] = parent.exec(text) ?? [];
  if (others.length > 0 || version === undefined || version === 'ff') return undefined;
  // A later version may add something; this one may not.
  if (version === '00' && rest !== undefined) return undefined;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  const state = valuesOf(headers, 'tracestate').join(',');
  return {
    traceId,
    spanId,
    // Later versions may have more flags, whose meaning is not known here.
    traceFlags: Number.parseInt(flags, 16) & 1,
    ...(state === '' || state.length > maxState ? {} : { traceState: state }),
  };
};
