import type { SchemeAuth, WebhookAuth } from '../../../connector/webhooks/auth-types.ts';

const texts: Readonly<Record<SchemeAuth['type'], string>> = {
  github: 'signature of GitHub',
  bitbucket: 'signature of Bitbucket',
  shopify: 'signature of Shopify',
  stripe: 'signature of Stripe',
  slack: 'signature of Slack',
  zoom: 'signature of Zoom',
  meta: 'signature of Meta',
  twilio: 'signature of Twilio',
  standard: 'signature of Standard Webhooks',
  gitlab: 'token or signature of GitLab',
  sns: 'certificate of Amazon SNS',
  graph: 'client state of Microsoft Graph',
  hmac: 'HMAC',
  basic: 'user name and password',
  apiKey: 'API key',
  jwt: 'JWT',
  eventGrid: 'Azure Event Grid',
  cloudEvents: 'CloudEvents',
};

/**
 * How a request proves who has sent it, in words.
 *
 * @example
 * authText({ type: 'eventGrid', auth: { type: 'apiKey', key: 'k' } }); // 'Azure Event Grid, API key'
 */
export const authText = (auth: WebhookAuth): string => {
  if (auth === 'none') return 'no authentication';
  return 'auth' in auth ? `${texts[auth.type]}, ${texts[auth.auth.type]}` : texts[auth.type];
};
