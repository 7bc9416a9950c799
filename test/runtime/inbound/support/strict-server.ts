/** A server that answers everything with 200, for a test that starts it with other options of Node.js. Writes its address as a line. */
import { systemClock } from '../../../../src/common/clock.ts';
import { httpAnswer } from '../../../../src/runtime/inbound/http-answer.ts';
import { defaultLimits } from '../../../../src/runtime/inbound/server/limits.ts';
import { startServer } from '../../../../src/runtime/inbound/server/server.ts';

const { url } = await startServer({
  limits: defaultLimits,
  port: 0,
  host: '127.0.0.1',
  find: () => ({
    methods: ['POST'],
    maxBody: () => 1000,
    handle: async () => ({ answer: httpAnswer(200), result: 'answered' }),
    ended: () => {},
  }),
  isOpen: () => true,
  clock: systemClock,
});
console.log(url);
