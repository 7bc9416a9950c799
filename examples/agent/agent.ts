/** An agent in an ad-hoc subprocess, one of its tools, and a listener to a user task. */
import { adHocResult, defineOutbound, hints, userTaskResult } from 'camunda-connectors';
import * as v from 'valibot';

// #region agent
const result = v.object({ city: v.string(), weather: v.string() });

/** Asks for the weather of each city that has no result yet. A real agent would ask a model instead. */
export const agent = defineOutbound({
  name: 'Agent',
  type: 'agent',
  template: {
    elementType: { value: 'bpmn:AdHocSubProcess' },
    adHoc: {
      outputCollection: 'toolCallResults',
      outputElement: '={city: toolCall.city, weather: toolCallResult}',
    },
  },
  input: v.object({
    cities: v.array(v.string()),
    toolCallResults: v.pipe(v.optional(v.array(result), []), hints({ hidden: true })),
  }),
  run: ({ cities, toolCallResults }) => {
    const missing = cities.filter((city) => !toolCallResults.some((known) => known.city === city));
    if (missing.length > 0) {
      return adHocResult({
        activateElements: missing.map((city) => ({ elementId: 'LookUpWeather', variables: { toolCall: { city } } })),
      });
    }
    const answer = toolCallResults.map(({ city, weather }) => `${city}: ${weather}`).sort();
    return adHocResult({ completionConditionFulfilled: true, variables: { answer } });
  },
});
// #endregion

// #region tool
/** A tool of the agent. */
export const weather = defineOutbound({
  name: 'Weather',
  type: 'weather',
  resultVariable: 'toolCallResult',
  template: { tool: true },
  input: v.object({ city: v.pipe(v.string(), v.description('The name of the city')) }),
  run: ({ city }) => (city === 'Rome' ? 'sunny' : 'cloudy'),
});
// #endregion

// #region listener
/** A listener to the completion of the user task: nobody completes it without an approval. */
export const checkApproval = defineOutbound({
  name: 'Check approval',
  type: 'check-approval',
  input: v.object({ approved: v.optional(v.boolean(), false) }),
  run: ({ approved }) =>
    approved ? userTaskResult({ corrections: { priority: 0 } }) : userTaskResult({ denied: 'Set approved to true' }),
});
// #endregion
