/**
 * A connector that loads a file. The task decides whether the process gets it as a stored document, as text or as JSON.
 * docs/documents.md explains it.
 */
import { defineOutbound, documentResult, documentReturnFormat, jobError } from 'camunda-connectors';
import * as v from 'valibot';

// #region connector
export const download = defineOutbound({
  name: 'Download',
  type: 'download',
  description: 'Loads a file and gives it to the process',
  input: v.object({
    url: v.pipe(v.string(), v.url()),
    documentReturnFormat: documentReturnFormat({ default: 'DOCUMENT' }),
  }),
  resultVariable: 'file',
  run: async ({ url }, { signal }) => {
    const response = await fetch(url, { signal });
    if (!response.ok) return jobError(`The server answered ${response.status}`);
    const fileName = new URL(url).pathname.split('/').at(-1);
    return documentResult({
      content: response.body ?? '',
      contentType: response.headers.get('content-type'),
      fileName: fileName === '' ? undefined : fileName,
    });
  },
});
// #endregion
