/**
 * A command of Slack whose answer a process makes. If the process takes longer than Slack waits, the caller learns that the answer
 * comes later, and the process sends it to the address for late answers.
 *
 * Try it: SECRET_SLACK=secret npx camunda-connectors dev examples/webhooks/weather.ts --resource examples/webhooks/weather.bpmn
 */
import { defineOutbound, defineWebhook } from 'camunda-connectors';
import * as v from 'valibot';

// #region webhook
export const weather = defineWebhook({
  name: 'weather',
  path: '/hooks/weather',
  auth: { type: 'slack', secret: '{{secrets.SLACK}}' },
  body: v.object({ text: v.string(), trigger_id: v.string(), response_url: v.string() }),
  messages: { 'weather-asked': v.object({ city: v.string(), responseUrl: v.string() }) },
  waits: {
    input: v.object({ text: v.string() }),
    answer: ({ text }) => ({ body: { response_type: 'in_channel', text } }),
    late: { body: { response_type: 'ephemeral', text: 'One moment …' } },
  },
  run: ({ body: { text, trigger_id, response_url } }) => ({
    publish: {
      messageName: 'weather-asked',
      correlationKey: '',
      messageId: trigger_id,
      variables: { city: text, responseUrl: response_url },
    },
    wait: true,
  }),
});
// #endregion

const forecasts: Readonly<Record<string, string>> = { Graz: 'sunny', Linz: 'cloudy' };

/** Stands for a service that knows the weather. */
export const lookUp = defineOutbound({
  name: 'Look up the weather',
  type: 'look-up-weather',
  input: v.object({ city: v.string() }),
  output: v.object({ forecast: v.string() }),
  run: ({ city }) => ({ forecast: forecasts[city] ?? 'unknown' }),
});

/** Sends an answer for which the caller no longer waits. */
export const answerLater = defineOutbound({
  name: 'Answer later',
  type: 'answer-later',
  input: v.object({ responseUrl: v.string(), text: v.string() }),
  run: async ({ responseUrl, text }, { signal }) => {
    const response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'in_channel', text }),
      signal,
    });
    if (!response.ok) throw new Error(`Slack answered ${response.status}`);
  },
});
