/** A request for places; see {@link Capacity}. */
export interface PlaceRequest {
  readonly type: string;
  /** The last answer brought jobs, so more places than one will be of use. */
  readonly eager: boolean;
  /** Called once, with 1 or more places, at once or when some come free. They are the caller's until released. */
  readonly grant: (places: number) => void;
}

/**
 * The places for jobs: jobs in hand and jobs asked for hold one each, so that the two together never exceed the
 * limits, neither that of a connector nor that of the runtime.
 */
export interface Capacity {
  /** Whether the connectors' limits add up to more than the runtime's, so that they have to share. */
  readonly contended: boolean;
  request(request: PlaceRequest): void;
  release(type: string, places: number): void;
  /** Drops all waiting requests; none is granted any more. */
  close(): void;
}

/**
 * Makes the places.
 *
 * Sharing is fair: requests are served in the order in which they came, each at most its part of what is free. A
 * connector whose queue was empty asks for a single place, so that a long poll without jobs does not keep places
 * from those who have work.
 *
 * @param total places of the runtime
 * @param limits places of each connector, by job type
 */
export const createCapacity = (total: number, limits: ReadonlyMap<string, number>): Capacity => {
  const held = new Map<string, number>([...limits.keys()].map((type) => [type, 0]));
  const contended = [...limits.values()].reduce((sum, limit) => sum + limit, 0) > total;
  let heldInAll = 0;
  let waiting: PlaceRequest[] = [];
  let closed = false;

  const freeFor = (type: string): number => (limits.get(type) ?? 0) - (held.get(type) ?? 0);

  const share = ({ type, eager }: PlaceRequest, rivals: number): number => {
    const free = total - heldInAll;
    if (!contended) return Math.min(freeFor(type), free);
    return Math.min(freeFor(type), free, eager ? Math.ceil(free / rivals) : 1);
  };

  const take = (type: string, places: number): void => {
    held.set(type, (held.get(type) ?? 0) + places);
    heldInAll += places;
  };

  const serve = (): void => {
    const able = waiting.filter(({ type }) => freeFor(type) > 0);
    const grants: (() => void)[] = [];
    able.forEach((request, index) => {
      const places = share(request, able.length - index);
      if (places <= 0) return;
      take(request.type, places);
      waiting = waiting.filter((other) => other !== request);
      grants.push(() => request.grant(places));
    });
    for (const grant of grants) grant();
  };

  return {
    contended,
    request: (request) => {
      if (closed) return;
      waiting.push(request);
      serve();
    },
    release: (type, places) => {
      take(type, -places);
      if (!closed) serve();
    },
    close: () => {
      closed = true;
      waiting = [];
    },
  };
};
