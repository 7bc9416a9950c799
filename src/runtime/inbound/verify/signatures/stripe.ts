import { singleHeader } from '../headers.ts';
import { isTimestamp, type SignatureScheme, tooMany } from './scheme.ts';

const header = 'stripe-signature';

/** Stripe's scheme: `t=…,v1=…` in one header. `v0` is for tests of Stripe and proves nothing. */
export const stripeScheme: SignatureScheme = {
  algorithm: 'sha256',
  encoding: 'hex',
  timed: true,
  read: ({ headers }) => {
    const value = singleHeader(headers, header);
    if (value === undefined) return `there is not exactly one header ${header}`;
    const pairs = value.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, Math.max(0, at)), pair.slice(at + 1)] as const;
    });
    const valuesOf = (name: string): readonly string[] => pairs.filter(([one]) => one === name).map(([, text]) => text);
    const [timestamp = '', ...others] = valuesOf('t');
    if (others.length > 0 || !isTimestamp(timestamp)) return `the header ${header} does not have exactly one timestamp`;
    const signatures = valuesOf('v1');
    if (tooMany(signatures)) return `the header ${header} has too many signatures`;
    return { signatures, timestamp };
  },
  texts: ({ body }, timestamp) => [[`${timestamp}.`, body]],
  write: (signature, timestamp) => ({ [header]: `t=${timestamp},v1=${signature}` }),
};
