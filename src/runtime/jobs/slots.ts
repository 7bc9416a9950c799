/** A request for slots; see {@link Slots}. */
export interface SlotRequest {
  readonly type: string;
  /** The last answer brought jobs, so more slots than one will be used. */
  readonly eager: boolean;
  /** Called once with at least one slot, at once or when some are free. The slots are the caller's until it releases them. */
  readonly grant: (slots: number) => void;
}

/**
 * The slots for jobs. Each active job and each requested job takes one, so that both together never exceed the limits
 * of the connector and of the runtime.
 */
export interface Slots {
  /** Whether the connectors' limits add up to more than the runtime's, so that the connectors have to share. */
  readonly contended: boolean;
  /** Whether requests without jobs, one for each connector, would take more than a quarter of the slots. */
  readonly crowded: boolean;
  request(request: SlotRequest): void;
  release(type: string, slots: number): void;
  /** Drops all waiting requests and grants no more. */
  close(): void;
}

/**
 * Creates the slots.
 *
 * Sharing is fair: requests are served in the order of their arrival, each with at most its share of the free slots. A
 * connector whose queue was empty asks for a single slot, so that a long poll without jobs does not keep slots from
 * connectors that have work.
 *
 * @param total slots of the runtime
 * @param limits slots of each connector, by job type
 */
export const createSlots = (total: number, limits: ReadonlyMap<string, number>): Slots => {
  const taken = new Map<string, number>([...limits.keys()].map((type) => [type, 0]));
  const contended = [...limits.values()].reduce((sum, limit) => sum + limit, 0) > total;
  let takenInAll = 0;
  let waiting: SlotRequest[] = [];
  let closed = false;

  const freeFor = (type: string): number => (limits.get(type) ?? 0) - (taken.get(type) ?? 0);

  const share = ({ type, eager }: SlotRequest, rivals: number): number => {
    const free = total - takenInAll;
    if (!contended) return Math.min(freeFor(type), free);
    return Math.min(freeFor(type), free, eager ? Math.ceil(free / rivals) : 1);
  };

  const take = (type: string, slots: number): void => {
    taken.set(type, (taken.get(type) ?? 0) + slots);
    takenInAll += slots;
  };

  const serve = (): void => {
    if (waiting.length === 0) return;
    const able = waiting.filter(({ type }) => freeFor(type) > 0);
    const grants: (() => void)[] = [];
    able.forEach((request, index) => {
      const slots = share(request, able.length - index);
      if (slots <= 0) return;
      take(request.type, slots);
      waiting = waiting.filter((other) => other !== request);
      grants.push(() => request.grant(slots));
    });
    for (const grant of grants) grant();
  };

  return {
    contended,
    crowded: limits.size * 4 > total,
    request: (request) => {
      if (closed) return;
      // Most requests find nobody waiting and a slot that is free.
      const slots = waiting.length === 0 ? share(request, 1) : 0;
      if (slots > 0) {
        take(request.type, slots);
        request.grant(slots);
        return;
      }
      waiting.push(request);
      serve();
    },
    release: (type, slots) => {
      take(type, -slots);
      if (!closed) serve();
    },
    close: () => {
      closed = true;
      waiting = [];
    },
  };
};
