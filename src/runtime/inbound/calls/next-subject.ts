let calls = 0;

/** Names the next message of a connector, to tell it from others in events. */
export const nextSubject = (connector: string): string => {
  calls = (calls + 1) % Number.MAX_SAFE_INTEGER;
  return `${connector}:${calls}`;
};
