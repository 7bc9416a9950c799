import type { GatewayAddress } from './address.ts';
import {
  type Authenticator,
  basicAuthorization,
  combineAuthenticators,
  createBearerAuthenticator,
  createFixedHeaders,
  createHeadersAuthenticator,
} from './auth/authenticator.ts';
import { createFixedToken, createTokenFile, createTokenFunction } from './auth/ready-token.ts';
import type { TokenRequest } from './auth/token-request.ts';
import { createTokenSource } from './auth/token-source.ts';
import { proxyFor, proxyTextFor } from './network/http-request.ts';
import { findProxy, malformedProxyVariables, type ProxyAddress, proxyText } from './network/proxy.ts';
import type { TlsMaterial } from './network/tls-material.ts';
import { cloudAudience } from './settings/check-config.ts';
import type { CloudConfig, ConnectionConfig, InsecureConfig, SecureConfig } from './settings/config.ts';
import { understandingOf } from './settings/understanding.ts';
import type { TenantSettings } from './tenants.ts';

/** Settings of a cluster outside this process. */
export type ClusterConfig = Exclude<ConnectionConfig, { readonly type: 'EMBEDDED' }>;

const present = <Settings extends object>(
  settings: Settings,
): { [Key in keyof Settings]: Exclude<Settings[Key], undefined> } =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never;

/**
 * The certificates for the cluster, over gRPC and over REST. At Camunda 8 SaaS, an authority is that of a proxy that inspects
 * TLS, so the public ones still count.
 */
export const clusterMaterialOf = (config: ClusterConfig): TlsMaterial => {
  const { rootCa, privateKey, certificateChain, type } = config;
  const serverName = type === 'SECURE' ? config.serverName : undefined;
  return { ...present({ rootCa, privateKey, certificateChain, serverName }), addsToPublic: type === 'CAMUNDA_CLOUD' };
};

/** The certificates for the token server: the same, but the public authorities always count. */
const tokenServerMaterialOf = ({ rootCa, privateKey, certificateChain }: ClusterConfig): TlsMaterial => ({
  ...present({ rootCa, privateKey, certificateChain }),
  addsToPublic: true,
});

const tokenRequestOf = (config: ClusterConfig): TokenRequest => {
  const { clientId = '', clientSecret, oauthUrl: url, audience, scope, resource } = config;
  const material = tokenServerMaterialOf(config);
  const common = { clientId, ...present({ clientSecret, url, audience, scope, resource }), material };
  if (config.type === 'CAMUNDA_CLOUD') return { ...common, audience: audience ?? cloudAudience };
  const { issuerUrl: discoveryUrl, allowPlaintextCredentials: allowPlaintext, assertionKey: key } = config;
  const { assertionCertificate: certificate, assertionKeyId: keyId } = config;
  const assertion = key === undefined ? {} : { assertion: { key, ...present({ certificate, keyId }) } };
  return { ...common, ...present({ discoveryUrl, allowPlaintext }), ...assertion };
};

const strategyOf = (config: InsecureConfig | SecureConfig): Authenticator | undefined => {
  const { authStrategy = 'NONE', username = '', password = '', token, tokenFile = '' } = config;
  switch (authStrategy) {
    case 'NONE':
      return undefined;
    case 'BASIC':
      return createFixedHeaders({ authorization: basicAuthorization(username, password) });
    case 'OAUTH':
      return createBearerAuthenticator(createTokenSource(tokenRequestOf(config)));
    case 'BEARER':
      if (typeof token === 'string') return createBearerAuthenticator(createFixedToken(token));
      if (token !== undefined) return createBearerAuthenticator(createTokenFunction(token));
      return createBearerAuthenticator(createTokenFile(tokenFile));
  }
};

/**
 * Makes the authentication of a connection, for any protocol.
 *
 * @returns `undefined` if the connection sends no credentials
 */
export const authenticatorOf = (config: ClusterConfig): Authenticator | undefined => {
  if (config.type === 'CAMUNDA_CLOUD') return createBearerAuthenticator(createTokenSource(tokenRequestOf(config)));
  const strategy = strategyOf(config);
  if (config.headers === undefined) return strategy;
  const extra = createHeadersAuthenticator(config.headers, 'the function headers of the connection');
  return strategy === undefined ? extra : combineAuthenticators(strategy, extra);
};

/** The proxy through which a gateway is reached over gRPC; `undefined` if it is reached directly. */
export const gatewayProxyOf = ({ host, port }: GatewayAddress): ProxyAddress | undefined =>
  findProxy({ protocol: 'grpc', host, port }, process.env);

/** The proxy through which a REST API is reached; `undefined` if it is reached directly. */
export const restProxyOf = (base: string): ProxyAddress | undefined => proxyFor(new URL(base), process.env);

const tokenServerOf = (config: CloudConfig | InsecureConfig | SecureConfig): string | undefined =>
  config.oauthUrl ?? (config.type === 'CAMUNDA_CLOUD' ? undefined : config.issuerUrl);

/** The tenants of a connection. */
export const tenantSettingsOf = ({ tenantId, tenantIds, tenantFilter }: TenantSettings): TenantSettings =>
  present({ tenantId, tenantIds, tenantFilter });

/**
 * What the log should say once about the settings of a connection: proxies that take effect, settings without effect,
 * credentials in plain text. Contains no secret.
 *
 * @param proxy the proxy of the gateway
 */
export const noticesOf = (config: ClusterConfig, proxy: ProxyAddress | undefined): readonly string[] => {
  const tokenServer = tokenServerOf(config);
  const tokenProxy = tokenServer === undefined ? undefined : proxyTextFor(tokenServer);
  const gatewayProxy = proxy === undefined ? undefined : proxyText(proxy);
  const through = [
    ...(gatewayProxy === undefined ? [] : [`The gateway is reached through the proxy ${gatewayProxy}.`]),
    ...(tokenProxy === undefined ? [] : [`The token server is reached through the proxy ${tokenProxy}.`]),
  ];
  const malformed = malformedProxyVariables(process.env).map(
    (name) => `${name} has no effect: it is not the URL of an HTTP proxy, e.g. http://proxy.example.com:3128.`,
  );
  return [...(understandingOf(config)?.warnings ?? []), ...through, ...malformed];
};
