import { secretList } from '../../../connector/webhooks/auth-secrets.ts';
import type {
  ApiKeyAuth,
  BasicAuth,
  SchemeAuth,
  WebhookAuth,
  WebhookSecret,
} from '../../../connector/webhooks/auth-types.ts';
import {
  type HmacFormat,
  hmacFormatOf,
  type SignedPart,
  signedParts,
} from '../../../connector/webhooks/hmac-format.ts';
import { findReferences } from '../../secrets/references.ts';
import { apiKeyHeader } from '../verify/credentials.ts';
import { isStandard } from '../verify/signatures/schemes.ts';

/** A variable that a command needs. */
export interface NeededVariable {
  readonly name: string;
  /** What its value must be, in words. */
  readonly value: string;
}

/** A command that calls a webhook, for a POSIX shell. */
export interface CurlCommand {
  /** One line. Contains no secret: it signs when it runs, with the value of a variable, and with the current time. */
  readonly command: string;
  readonly needs: readonly NeededVariable[];
  /** What is only an example, so that it has to be edited: the body, and a header that names the event. */
  readonly examples: readonly string[];
}

/** What a command is made of. All texts are shell words without their quotation marks, for double quotes. */
interface Parts {
  /** @default [] */
  readonly headers?: readonly string[];
  /** Further words of the command, complete. */
  readonly words?: readonly string[];
  readonly query?: string;
  readonly type?: string;
  readonly body?: string;
  readonly needs?: readonly NeededVariable[];
}

/** Text inside double quotes that the shell must not read. */
const literal = (text: string): string => text.replaceAll(/["$`\\]/g, '\\$&');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The variable with a secret: that of the runtime's default provider, if the secret is a reference. */
const variableOf = (secret: WebhookSecret, what: string): NeededVariable => {
  const [reference] = findReferences(secretList(secret)[0] ?? '');
  if (reference === undefined) return { name: 'WEBHOOK_SECRET', value: what };
  return { name: `SECRET_${reference.name.replaceAll(/\W/g, '_')}`, value: `the secret ${reference.name}` };
};

/** A shell expression for an HMAC. Node.js makes it, so the secret is no argument that other users of the machine can see. */
const hmac = (
  { algorithm, encoding }: Pick<HmacFormat, 'algorithm' | 'encoding'>,
  variable: string,
  text: string,
  key = 'process.env.K',
): string =>
  `$(K="$${variable}" node -p 'require("crypto").createHmac("${algorithm}",${key}).update(process.argv[1]).digest("${encoding}")' -- "${text}")`;

const json = 'application/json';
const secretText = 'the secret of the webhook';

/** A scheme with one HMAC in a header. */
const headerHmac = (format: HmacFormat, secret: WebhookSecret, method: string, address: string): Parts => {
  const needed = variableOf(secret, secretText);
  const samples: string[] = [];
  const known = {
    body: '$body',
    timestamp: '$time',
    method,
    url: literal(address),
    path: literal(new URL(address).pathname),
  };
  const wordOf = (part: SignedPart): string => {
    if (part.kind === 'text') return literal(part.text);
    if (part.kind !== 'header') return known[part.kind];
    if (part.name === 'content-type') return json;
    samples.push(`${part.name}: example`);
    return 'example';
  };
  const text = signedParts(format.signedText).map(wordOf).join('');
  const { timestampHeader } = format;
  return {
    needs: [needed],
    headers: [
      ...samples,
      ...(timestampHeader === undefined ? [] : [`${timestampHeader}: $time`]),
      `${format.header}: ${literal(format.prefix)}${hmac(format, needed.name, text)}`,
    ],
  };
};

const sha256Hex = { algorithm: 'sha256', encoding: 'hex' } as const;
const sha256Base64 = { algorithm: 'sha256', encoding: 'base64' } as const;

const basic = ({ username, password }: BasicAuth): Parts => {
  const isReference = findReferences(username).length > 0;
  const user = isReference ? variableOf(username, 'the user name') : undefined;
  const pass = variableOf(password, 'the password');
  return {
    needs: [...(user === undefined ? [] : [user]), pass],
    words: [`-u "${user === undefined ? literal(username) : `$${user.name}`}:$${pass.name}"`],
  };
};

const apiKey = (auth: ApiKeyAuth): Parts => {
  const needed = variableOf(auth.key, 'the API key');
  const header = apiKeyHeader(auth);
  return header === undefined
    ? { needs: [needed], query: `${literal(encodeURIComponent(auth.query!))}=$${needed.name}` }
    : { needs: [needed], headers: [`${header}: ${literal(auth.prefix ?? '')}$${needed.name}`] };
};

const standard = (secret: WebhookSecret): Parts => {
  const needed = variableOf(secret, 'the secret whsec_… of the webhook');
  const key = 'Buffer.from(process.env.K.replace(/^whsec_/,""),"base64")';
  const signature = hmac(sha256Base64, needed.name, 'msg_$time.$time.$body', key);
  return {
    needs: [needed],
    headers: ['webhook-id: msg_$time', 'webhook-timestamp: $time', `webhook-signature: v1,${signature}`],
  };
};

/** What a scheme adds to a command; `undefined` if only its sender can sign. */
const partsOf = (auth: SchemeAuth, method: string, address: string): Parts | undefined => {
  switch (auth.type) {
    case 'basic':
      return basic(auth);
    case 'apiKey':
      return apiKey(auth);
    case 'jwt':
      return {
        needs: [{ name: 'TOKEN', value: 'a JWT of the issuer' }],
        headers: ['authorization: Bearer $TOKEN'],
      };
    case 'sns':
      return undefined;
    case 'graph': {
      const needed = variableOf(auth.clientState, 'the clientState of the subscription');
      const body = `{"value":[{"subscriptionId":"example","clientState":"`;
      return { needs: [needed], body: `${literal(body)}$${needed.name}${literal('"}]}')}` };
    }
    case 'eventGrid':
      return {
        ...partsOf(auth.auth, method, address),
        body: `${literal('[{"id":"')}$time${literal('","topic":"example","eventType":"example","data":{}}]')}`,
      };
    case 'cloudEvents':
      return {
        ...partsOf(auth.auth, method, address),
        type: 'application/cloudevents+json',
        body: `${literal('{"specversion":"1.0","id":"')}$time${literal('","source":"example","type":"example","data":{}}')}`,
      };
    case 'gitlab': {
      if (isStandard(auth)) return standard(auth.secret);
      const needed = variableOf(auth.secret, 'the secret token of the webhook');
      return { needs: [needed], headers: [`x-gitlab-token: $${needed.name}`, 'idempotency-key: $time'] };
    }
    case 'standard':
      return secretList(auth.secret)[0]?.startsWith('whpk_') ? undefined : standard(auth.secret);
    case 'stripe': {
      const needed = variableOf(auth.secret, 'the secret whsec_… of the webhook');
      return {
        needs: [needed],
        headers: [`stripe-signature: t=$time,v1=${hmac(sha256Hex, needed.name, '$time.$body')}`],
        body: `${literal('{"id":"evt_')}$time${literal('","type":"example","data":{"object":{}}}')}`,
      };
    }
    case 'twilio': {
      const needed = variableOf(auth.secret, 'the auth token of Twilio');
      const format = { algorithm: auth.algorithm ?? 'sha1', encoding: 'base64' } as const;
      const text = `${literal(address)}${method === 'GET' ? '' : 'BodyHelloMessageSidSM$time'}`;
      return {
        needs: [needed],
        headers: [`x-twilio-signature: ${hmac(format, needed.name, text)}`],
        type: 'application/x-www-form-urlencoded',
        body: 'Body=Hello&MessageSid=SM$time',
      };
    }
    case 'slack':
      return {
        ...headerHmac(hmacFormatOf({ ...auth, type: 'slack' }), auth.secret, method, address),
        body: `${literal('{"type":"event_callback","event_id":"Ev')}$time${literal('","event":{}}')}`,
      };
    case 'zoom':
      return headerHmac(hmacFormatOf({ ...auth, type: 'zoom' }), auth.secret, method, address);
    default: {
      const parts = headerHmac(hmacFormatOf(auth), auth.secret, method, address);
      const id = { github: 'x-github-delivery', bitbucket: 'x-request-uuid', shopify: 'x-shopify-webhook-id' };
      const header = Object.hasOwn(id, auth.type) ? id[auth.type as keyof typeof id] : undefined;
      return header === undefined ? parts : { ...parts, headers: [`${header}: $time`, ...parts.headers!] };
    }
  }
};

/** The header with which a sender names the event, and an event of it. */
const eventOf = (auth: WebhookAuth): readonly [header: string, event: string] | undefined => {
  switch (auth === 'none' ? 'none' : auth.type) {
    case 'github':
      return ['x-github-event', 'push'];
    case 'gitlab':
      return ['x-gitlab-event', 'Push Hook'];
    case 'bitbucket':
      return ['x-event-key', 'repo:push'];
    case 'shopify':
      return ['x-shopify-topic', 'orders/create'];
    default:
      return undefined;
  }
};

/** The methods that have a body. */
const withBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * A command that calls a webhook as its sender would. It needs curl, and Node.js for signatures.
 *
 * @param webhook with the secrets as they were written: a reference becomes the variable `SECRET_…` of the shell, any other
 *   secret the variable `WEBHOOK_SECRET`
 * @param address the address of the webhook; for schemes that sign it, the public one
 * @param example a body that the webhook accepts; not used if the scheme decides what the body is
 * @returns `undefined` if only the sender can sign
 * @example
 * curlFor({ method: 'POST', auth: { type: 'gitlab', secret: '{{secrets.GITLAB}}' } }, 'http://127.0.0.1:8085/hooks/x')?.command;
 */
export const curlFor = (
  { method, auth }: { readonly method: string; readonly auth: WebhookAuth },
  address: string,
  example: unknown = { hello: 'world' },
): CurlCommand | undefined => {
  const parts: Parts | undefined = auth === 'none' ? {} : partsOf(auth, method, address);
  if (parts === undefined) return undefined;
  const { headers = [], words: others = [], query, type = json, needs = [] } = parts;
  const body = withBody.has(method) ? (parts.body ?? literal(JSON.stringify(example))) : undefined;
  const event = eventOf(auth);
  const all = [
    ...(body === undefined ? [] : [`content-type: ${type}`]),
    ...(event === undefined ? [] : [event.join(': ')]),
    ...headers,
  ];
  const words = [
    'curl -sS -i',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    query === undefined ? quoted(address) : `"${literal(address)}?${query}"`,
    ...all.map((header) => `-H "${header}"`),
    ...others,
    ...(body === undefined ? [] : ['--data-raw "$body"']),
  ];
  const text = words.join(' ');
  const assignments = [
    ...(text.includes('$time') || body?.includes('$time') === true ? ['time=$(date +%s)'] : []),
    ...(body === undefined ? (text.includes('$body') ? ['body='] : []) : [`body="${body}"`]),
  ];
  const examples = [
    ...(body === undefined ? [] : ['the body']),
    ...(event === undefined ? [] : [`the header ${event[0]}`]),
  ];
  return { command: [...assignments, text].join('; '), needs, examples };
};
