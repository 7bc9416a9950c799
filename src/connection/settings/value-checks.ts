import { addressText, isLoopback, parseGatewayAddress, parseHost, parsePort } from '../address.ts';
import { type Checked, type Files, type PemKind, readPem } from './pem.ts';

/** The value of a checked setting. */
export type SettingValue = string | number | readonly string[];

/** Checks a value as it was given, and converts it. */
export type CheckValue = (value: unknown, files: Files) => Checked<SettingValue>;

const text =
  (check: (value: string, files: Files) => Checked<SettingValue>): CheckValue =>
  (value, files) =>
    typeof value === 'string' ? check(value.trim(), files) : { problem: 'is not text' };

/** Any text. */
export const checkText: CheckValue = text((value) => ({ value }));

/** An id or a region. */
export const checkName: CheckValue = text((value) =>
  /^[a-z0-9-]+$/i.test(value) ? { value } : { problem: 'may contain only letters, digits and hyphens' },
);

/** PEM text, or the path of a file that contains it. */
export const checkPem = (kind: PemKind): CheckValue => text((value, files) => readPem(kind, value, files));

/** A host name or an IP address. */
export const checkHostname: CheckValue = text((value) => {
  const host = parseHost(value);
  if (host !== undefined) return { value: host };
  if (value.includes('://')) return { problem: 'is a URL; omit the scheme, the port and the path' };
  if (/:\d+$/.test(value)) return { problem: 'contains a port; move it to the setting for the port' };
  return { problem: 'is neither a host name nor an IP address' };
});

/** A port, as a number or as text. */
export const checkPort: CheckValue = (value) => {
  const number = parsePort(typeof value === 'string' ? value.trim() : value);
  return number === undefined ? { problem: 'is not a whole number from 1 to 65535' } : { value: number };
};

/** The URL of a token server. It receives the client secret, so plain HTTP is allowed only on this machine. */
export const checkOauthUrl: CheckValue = text((value) => {
  if (!URL.canParse(value)) return { problem: 'is not a URL' };
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    return {
      problem: 'contains a user name or a password; the client id and the client secret have their own settings',
    };
  }
  if (url.protocol === 'https:') return { value };
  if (url.protocol !== 'http:') return { problem: 'is not an https:// URL' };
  return isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
    ? { value }
    : { problem: 'is an http:// URL, which would expose the client secret; use https://' };
});

/** The address of a gateway. Every call carries the access token, so plain text is allowed only on this machine. */
export const checkGrpcAddress: CheckValue = text((value) => {
  const address = parseGatewayAddress(value);
  if (address === undefined) return { problem: 'is not an address like grpcs://host:443' };
  return address.tls || isLoopback(address.host)
    ? { value: addressText(address) }
    : { problem: 'has no TLS, which would expose the access token; use grpcs://' };
});

/** Paths of files and folders, as a list or separated by commas. */
export const checkResources: CheckValue = (value, files) => {
  const listed = typeof value === 'string' ? value.split(/[,\r\n]/) : value;
  if (!Array.isArray(listed) || listed.some((path) => typeof path !== 'string')) {
    return { problem: 'is not a list of paths' };
  }
  const paths = (listed as string[]).map((path) => path.trim()).filter((path) => path !== '');
  const missing = paths.filter((path) => !files.exists(path));
  return missing.length === 0 ? { value: paths } : { problem: `lists paths that do not exist: ${missing.join(', ')}` };
};
