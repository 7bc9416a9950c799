/**
 * An approval by link: the process sends an address to a person, and the page behind it asks for the decision.
 *
 * Try it: npx camunda-connectors dev examples/webhooks/approval.ts examples/log.ts \
 *   --resource examples/webhooks/approval.bpmn --run approval --variables '{ "orderId": "4711" }'
 */
import { defineInbound } from 'camunda-connectors';
import * as v from 'valibot';

// #region callback
export const approval = defineInbound({
  name: 'approval',
  expires: 7 * 86_400,
  input: v.object({ order: v.string() }),
  output: v.object({ approved: v.boolean() }),
  webhook: {
    body: v.object({ decision: v.picklist(['yes', 'no']) }),
    page: ({ order }) => ({
      title: `Order ${order}`,
      text: 'Do you approve this order?',
      buttons: [
        { label: 'Approve', values: { decision: 'yes' } },
        { label: 'Reject', values: { decision: 'no' } },
      ],
    }),
    run: ({ body }) => ({ approved: body.decision === 'yes' }),
  },
});
// #endregion
