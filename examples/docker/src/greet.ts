import { defineOutbound } from 'camunda-connectors';
import * as v from 'valibot';

export const greet = defineOutbound({
  name: 'Greeter',
  type: 'greet',
  input: v.object({ name: v.string() }),
  output: v.object({ greeting: v.string() }),
  run: ({ name }) => ({ greeting: `Hello, ${name}` }),
});
