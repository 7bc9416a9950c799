/**
 * A connector with documents: it reads an uploaded file, and gives the process another one.
 * docs/documents.md explains it. examples/invoice.test.ts tests it without a cluster.
 */
import { defineOutbound, document, inputError } from 'camunda-connectors';
import * as v from 'valibot';

// #region connector
export const readInvoice = defineOutbound({
  name: 'Read invoice',
  type: 'read-invoice',
  description: 'Adds up the lines of an invoice and writes a receipt',
  input: v.object({ invoice: document({ maxSize: 1_000_000 }) }),
  output: v.object({ total: v.number(), receipt: document() }),
  run: async ({ invoice }, { documents, logger }) => {
    const { fileName = 'invoice', contentType } = invoice.metadata;
    if (contentType !== 'text/csv') throw inputError('The invoice must be a CSV file');

    const lines = (await invoice.text()).trim().split('\n').slice(1);
    const total = lines.reduce((sum, line) => sum + Number(line.split(';')[1]), 0);
    logger.info(`Read ${lines.length} lines of ${fileName}`);

    const receipt = await documents.create({ content: `Total: ${total}\n`, fileName: 'receipt.txt' });
    return { total, receipt };
  },
});
// #endregion
