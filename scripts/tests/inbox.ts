/** The process's own end of the line that `channel.ts` describes. */
import { Socket } from 'node:net';
import { type Order, onLine, type Report, sendLine } from './channel.ts';

const socket = new Socket({ fd: 3, readable: true, writable: true });
const orders: Order[] = [];
let waiting: ((order: Order) => void) | undefined;

onLine<Order>(socket, (order) => {
  if (waiting === undefined) orders.push(order);
  else waiting(order);
});
// Without the runner there is nothing left to do.
socket.on('close', () => process.exit(1));
// Only waiting for an order keeps the process alive: a test that nothing can end any more must be noticed at once.
socket.unref();

/** Reports to the runner. */
export const report = (value: Report): void => sendLine(socket, value);

/** Resolves with the next order. */
export const nextOrder = async (): Promise<Order> => {
  const order = orders.shift();
  if (order !== undefined) return order;
  socket.ref();
  const next = await new Promise<Order>((resolve) => {
    waiting = resolve;
  });
  waiting = undefined;
  socket.unref();
  return next;
};

let ended = (): void => {};

/** All tests of the file are over, and reported. */
export const fileEnded = (): void => ended();

/** Resolves when all tests of the file are over. */
export const untilFileEnded = (): Promise<void> =>
  new Promise((resolve) => {
    ended = resolve;
  });

/** Resolves after so many milliseconds, with the process kept alive by nothing that shows among its resources. */
export const pause = async (milliseconds: number): Promise<void> => {
  socket.ref();
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
  socket.unref();
};
