/**
 * Variables of Camunda's own clients that are not settings of this library, and what to do instead. They are reported, because
 * their user expects an effect.
 */
export const notUnderstood: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['KEYSTORE_PATH', 'KEYSTORE_SECRET', 'KEYSTORE_KEY_SECRET', 'TRUSTSTORE_PATH', 'TRUSTSTORE_SECRET'].map((name) => [
      `CAMUNDA_SSL_CLIENT_${name}`,
      'Java keystores are not read; use PEM files with SSL_ROOT_CA, SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN',
    ]),
  ),
  ...Object.fromEntries(
    ['PATH', 'PASSWORD', 'KEY_ALIAS', 'KEY_PASSWORD'].map((name) => [
      `CAMUNDA_CLIENT_ASSERTION_KEYSTORE_${name}`,
      'keystores are not read; use a PEM file with CAMUNDA_CLIENT_ASSERTION_KEY',
    ]),
  ),
  ...Object.fromEntries(
    ['URL', 'USERNAME', 'PASSWORD'].map((name) => [
      `CAMUNDA_COOKIE_AUTH_${name}`,
      'cookies are not supported; use CAMUNDA_AUTH_STRATEGY=BASIC',
    ]),
  ),
  ...Object.fromEntries(
    ['CAMUNDA_CLIENT_CONFIG_PATH', 'CAMUNDA_OAUTH_CACHE_DIR', 'CAMUNDA_TOKEN_CACHE_DIR'].map((name) => [
      name,
      'access tokens are kept in memory only',
    ]),
  ),
  ...Object.fromEntries(
    ['CAMUNDA_CONSOLE_CLIENT_ID', 'CAMUNDA_CONSOLE_CLIENT_SECRET'].map((name) => [
      name,
      "they are for Camunda's Console; use CAMUNDA_CLIENT_ID and CAMUNDA_CLIENT_SECRET",
    ]),
  ),
};

/** Switches that say whether an address without a scheme means TLS. */
export const tlsSwitches: readonly { readonly name: string; readonly meansTls: boolean }[] = [
  { name: 'CAMUNDA_SECURE_CONNECTION', meansTls: true },
  { name: 'CAMUNDA_INSECURE_CONNECTION', meansTls: false },
  { name: 'ZEEBE_INSECURE_CONNECTION', meansTls: false },
];

/** Turns the authentication off, whatever else is set. */
export const oauthDisabled = 'CAMUNDA_OAUTH_DISABLED';
/** `saas` or `self-managed`. */
export const clientMode = 'CAMUNDA_CLIENT_MODE';
/** Only `client_credentials` works. */
export const grantType = 'CAMUNDA_OAUTH_GRANT_TYPE';

/**
 * Describes the client in the file that the Console offers. It is not a scope of an access token, so it has no effect and no
 * warning.
 */
export const descriptive: readonly string[] = ['CAMUNDA_CREDENTIALS_SCOPES'];
