/** Executes jobs inside a serverless function, which another service calls with a job and which returns the outcome. */
import { executeOutbound } from 'camunda-connectors';
import { log } from './log.ts';

// #region handler
export const handler = async (request: Request): Promise<Response> => {
  const { variables, headers } = (await request.json()) as {
    readonly variables: Record<string, unknown>;
    readonly headers?: Record<string, string>;
  };
  const outcome = await executeOutbound(log, { variables, customHeaders: headers ?? {} });
  return Response.json({ ...outcome, cause: undefined });
};
// #endregion
