/**
 * A webhook of GitHub: a push starts a process, once for each delivery.
 *
 * Try it: SECRET_GITHUB_WEBHOOK=secret npx camunda-connectors dev examples/webhooks/github.ts examples/log.ts \
 *   --resource examples/webhooks/push.bpmn
 */
import { defineWebhook } from 'camunda-connectors';
import * as v from 'valibot';

// #region webhook
export const github = defineWebhook({
  name: 'github',
  path: '/hooks/github',
  auth: { type: 'github', secret: '{{secrets.GITHUB_WEBHOOK}}' },
  body: v.object({ ref: v.optional(v.string()) }),
  messages: { pushed: v.object({ branch: v.string() }) },
  run: ({ headers, body: { ref } }) =>
    headers['x-github-event'] === 'push' && ref !== undefined
      ? {
          publish: { messageName: 'pushed', correlationKey: '', variables: { branch: ref.replace('refs/heads/', '') } },
        }
      : undefined,
});
// #endregion
