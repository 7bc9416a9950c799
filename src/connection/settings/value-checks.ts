import { parsePort } from '../../common/port.ts';
import { addressText, hostAndPort, parseGatewayAddress, parseHost } from '../address.ts';
import { isTenantId } from '../tenants.ts';
import type { AuthStrategy, HeadersFunction, TokenInput } from './config.ts';
import { type Checked, type Files, type PemKind, readPem } from './pem.ts';

/** The value of a checked setting. */
export type SettingValue = string | number | boolean | readonly string[] | TokenInput | HeadersFunction;

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

const withoutUser = (value: string, schemes: readonly string[], wanted: string): Checked<URL> => {
  if (!URL.canParse(value)) return { problem: `is not a URL${wanted === '' ? '' : `; ${wanted}`}` };
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    return { problem: 'contains a user name or a password; credentials have their own settings' };
  }
  return schemes.includes(url.protocol)
    ? { value: url }
    : { problem: wanted === '' ? 'is not an https:// URL' : wanted };
};

/** The URL of a token server. Whether plain HTTP is allowed is decided when all settings are known. */
export const checkOauthUrl: CheckValue = text((value) => {
  const checked = withoutUser(value, ['https:', 'http:'], '');
  return 'problem' in checked ? checked : { value };
});

const wellKnownPath = '/.well-known/openid-configuration';

/** The URL of an issuer or of its description, as the URL of the description. */
export const checkIssuerUrl: CheckValue = text((value) => {
  const checked = withoutUser(value, ['https:', 'http:'], '');
  if ('problem' in checked) return checked;
  return { value: value.includes('/.well-known/') ? value : `${value.replace(/\/+$/, '')}${wellKnownPath}` };
});

/** The address of a gateway. One without a scheme stays so: the type of the connection decides whether it means TLS. */
export const checkGrpcAddress: CheckValue = text((value) => {
  const address = parseGatewayAddress(value);
  if (address === undefined) return { problem: 'is not an address like grpcs://host:443' };
  if (value.includes('://')) return { value: addressText(address) };
  return { value: /:\d+\/?$/.test(value) ? hostAndPort(address) : value.replace(/\/$/, '') };
});

/** The address of the REST API, without a slash at its end. */
export const checkRestAddress: CheckValue = text((value) => {
  const checked = withoutUser(value, ['https:', 'http:'], 'write it with its scheme, https:// (TLS) or http://');
  if ('problem' in checked) return checked;
  const { origin, pathname, search, hash } = checked.value;
  if (search !== '' || hash !== '') return { problem: 'contains a query or a fragment' };
  return { value: `${origin}${pathname.replace(/\/+$/, '')}` };
});

const strategies: Readonly<Record<string, AuthStrategy>> = {
  NONE: 'NONE',
  BASIC: 'BASIC',
  OAUTH: 'OAUTH',
  OIDC: 'OAUTH',
  BEARER: 'BEARER',
};

/** A strategy of authentication, in upper or lower case. */
export const checkStrategy: CheckValue = text((value) => {
  const strategy = Object.hasOwn(strategies, value.toUpperCase()) ? strategies[value.toUpperCase()] : undefined;
  if (strategy !== undefined) return { value: strategy };
  return {
    problem:
      value.toUpperCase() === 'COOKIE'
        ? 'is COOKIE, which is not supported; use BASIC with the same user name and password'
        : 'is not one of the strategies',
  };
});

/** A password or a secret. Spaces are part of it; only line breaks at its end are not, since files end in one. */
export const checkSecret: CheckValue = (value) =>
  typeof value === 'string' ? { value: value.replace(/[\r\n]+$/, '') } : { problem: 'is not text' };

/** A user name for basic authentication. */
export const checkUsername: CheckValue = text((value) =>
  value.includes(':') ? { problem: 'contains a colon, which basic authentication does not allow' } : { value },
);

/** Whether a text can stand in a header as a token. */
export const isToken = (value: string): boolean => /^[\x21-\x7e]+$/.test(value);

/** A token, or a function that returns one. */
export const checkToken: CheckValue = (value) => {
  if (typeof value === 'function') return { value: value as TokenInput };
  if (typeof value !== 'string') return { problem: 'is neither text nor a function' };
  return isToken(value.trim()) ? { value: value.trim() } : { problem: 'contains characters that a header cannot hold' };
};

/** A function. */
export const checkFunction: CheckValue = (value) =>
  typeof value === 'function' ? { value: value as HeadersFunction } : { problem: 'is not a function' };

/** A switch, as a boolean or as text. */
export const checkBoolean: CheckValue = (value) => {
  const plain = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (plain === true || plain === 'true' || plain === '1') return { value: true };
  if (plain === false || plain === 'false' || plain === '0') return { value: false };
  return { problem: 'is neither true nor false' };
};

/** A tenant's id. */
export const checkTenant: CheckValue = text((value) => {
  if (isTenantId(value)) return { value };
  return {
    problem: value.includes(',')
      ? 'names several tenants; those whose jobs are requested have a setting of their own, CAMUNDA_TENANT_IDS (tenantIds)'
      : 'is not the id of a tenant',
  };
});

/** The ids of tenants, as a list or separated by commas. */
export const checkTenants: CheckValue = (value) => {
  const listed = typeof value === 'string' ? value.split(/[,\r\n]/) : value;
  if (!Array.isArray(listed) || listed.some((id) => typeof id !== 'string')) return { problem: 'is not a list of ids' };
  const ids = [...new Set((listed as string[]).map((id) => id.trim()).filter((id) => id !== ''))];
  const wrong = ids.filter((id) => !isTenantId(id));
  if (wrong.length > 0) return { problem: `contains what is not the id of a tenant: ${wrong.join(', ')}` };
  return ids.length === 0 ? { problem: 'contains no tenant' } : { value: ids };
};

/** Which tenants' jobs are requested. */
export const checkTenantFilter: CheckValue = text((value) => {
  const filter = value.toUpperCase();
  return filter === 'PROVIDED' || filter === 'ASSIGNED' ? { value: filter } : { problem: 'is not a tenant filter' };
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
