import { connectionFault } from '../faults.ts';
import type { CallOptions, Command, CreateInstanceRequest, Topology } from '../port.ts';

/** Features of the protocol that older gateways silently ignore, each with the first version that has it. */
const features = {
  jobResult: { name: 'A job result', since: [8, 8] },
  tags: { name: 'A tag of a process instance', since: [8, 8] },
  businessId: { name: 'A business id', since: [8, 9] },
  tenantFilter: { name: 'The tenant filter ASSIGNED', since: [8, 9] },
  jobLease: { name: 'A job with a lease', since: [8, 10] },
  secrets: { name: 'A secret of the cluster', since: [8, 10] },
  jobPriority: { name: 'A change of a job priority', since: [8, 10] },
} as const;

/** A feature that needs a certain version of the gateway. */
export type GatewayFeature = keyof typeof features;

/**
 * Whether a gateway of this version has a feature. A version that does not consist of numbers belongs to a
 * development build and is assumed to be new.
 *
 * @example
 * hasFeature('8.7.3', 'jobResult'); // false
 */
export const hasFeature = (version: string, feature: GatewayFeature): boolean => {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return true;
  const [wantedMajor, wantedMinor] = features[feature].since;
  return Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
};

/**
 * Checks before a call that the gateway has the features that the call needs.
 *
 * An older gateway ignores unknown fields, so the call would seem to succeed although its content is lost. The version is
 * requested with the first call that needs it, and again after a refusal, because the cluster may be upgraded while the
 * runtime is running.
 *
 * @param address of the gateway, for error messages
 * @param topology requests the description of the cluster, which contains the version
 */
export const createFeatureCheck = (
  address: string,
  topology: (options: CallOptions) => Promise<Topology>,
): ((method: string, needed: readonly GatewayFeature[], options: CallOptions) => Promise<void>) => {
  let version: string | undefined;
  return async (method, needed, options) => {
    version ??= (await topology(options)).gatewayVersion;
    const missing = needed.find((feature) => !hasFeature(version!, feature));
    if (missing === undefined) return;
    const found = version;
    version = undefined;
    const { name, since } = features[missing];
    throw connectionFault('rejected', 'UNIMPLEMENTED', {
      what: `${name} needs Camunda ${since.join('.')}, but the gateway has the version ${found}. Nothing was sent.`,
      where: `${method}, ${address}`,
      fix: `upgrade the cluster to ${since.join('.')}, or do not use this feature.`,
    });
  };
};

const maxTags = 10;
const tagPattern = /^[A-Za-z][\w\-:.]{0,99}$/;
const longestBusinessId = 256;

/**
 * The features that a new process instance needs.
 *
 * @param where the call, for error messages
 * @throws ConnectionFault if the cluster would reject a tag or the business id
 */
export const instanceFeatures = (
  { tags = [], businessId }: CreateInstanceRequest,
  where: string,
): readonly GatewayFeature[] => {
  const reject = (what: string, fix: string): never => {
    throw connectionFault('rejected', 'INVALID_ARGUMENT', { what, where, fix });
  };
  if (tags.length > maxTags) {
    reject(`A process instance may have ${maxTags} tags, but the request has ${tags.length}.`, 'remove some tags.');
  }
  const wrong = tags.findIndex((tag) => !tagPattern.test(tag));
  if (wrong >= 0) {
    reject(
      `tags[${wrong}] is not a valid tag.`,
      'begin with a letter, and use only letters, digits and the characters _ - : . (at most 100).',
    );
  }
  if (businessId !== undefined && (businessId.length === 0 || businessId.length > longestBusinessId)) {
    reject(
      `A business id must have 1 to ${longestBusinessId} characters, but this one has ${businessId.length}.`,
      'shorten or omit it.',
    );
  }
  return [
    ...(tags.length > 0 ? (['tags'] as const) : []),
    ...(businessId === undefined ? [] : (['businessId'] as const)),
  ];
};

/** The features of newer gateways that a request for jobs needs. */
export const activationFeatures = (
  tenantFilter: 'PROVIDED' | 'ASSIGNED',
  withLease: boolean | undefined,
): readonly GatewayFeature[] => [
  ...(tenantFilter === 'ASSIGNED' ? (['tenantFilter'] as const) : []),
  ...(withLease === true ? (['jobLease'] as const) : []),
];

/** The features of newer gateways that a command needs; `undefined` for none. */
export const featuresOf = (command: Command): readonly GatewayFeature[] | undefined => {
  if ('leaseToken' in command && command.leaseToken !== undefined) return ['jobLease'];
  if (command.kind === 'completeJob' && command.result !== undefined) return ['jobResult'];
  return command.kind === 'updateJobPriority' ? ['jobPriority'] : undefined;
};
