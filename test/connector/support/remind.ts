import { defineOutbound, feelDate, feelDaysTimeDuration, toDate, toMilliseconds } from 'camunda-connectors';
import * as v from 'valibot';

// due "2026-01-31" and before "PT36H" yield { "due": "2026-01-31", "at": "2026-01-29T12:00:00.000Z" }
export const remind = defineOutbound({
  name: 'Remind',
  type: 'remind',
  input: v.object({ due: feelDate(), before: feelDaysTimeDuration() }),
  run: ({ due, before }) => ({ due, at: new Date(toDate(due).getTime() - toMilliseconds(before)) }),
});
