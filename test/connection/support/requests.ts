import type { Socket } from 'node:net';

/** Calls `act` with the text of each request that has arrived on a socket as a whole: requests may come in parts, or together. */
export const onRequests = (socket: Socket, act: (text: string) => void): void => {
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
    for (;;) {
      const end = text.indexOf('\r\n\r\n') + 4;
      const length = end + Number(/^content-length: (\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
      if (end < 4 || text.length < length) return;
      const request = text.slice(0, length);
      text = text.slice(length);
      act(request);
    }
  });
};
