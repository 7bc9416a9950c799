import { fault } from '../../../common/fault.ts';
import { secretFields } from '../../../connector/input/secret-fields.ts';
import type { Activation, AnyInboundConnector } from '../../../connector/types.ts';
import { findReferences, isReference } from '../../secrets/references.ts';

/** Whether a text holds a secret itself. With a reference in it, what is around it may be anything. */
const isPlain = (text: string): boolean => !isReference(text) && findReferences(text).length === 0;

/**
 * Refuses an activation with a secret in plain text, because the process of the subscription would store it where everybody who
 * looks at the process can read it. It comes from the cluster, which has resolved `camunda.secrets.NAME`, or from the model.
 *
 * @throws a fault of kind `input` that names the fields
 */
export const refusePlainSecrets = (
  { input, name }: AnyInboundConnector,
  { variables, elementId }: Pick<Activation, 'variables' | 'elementId'>,
): void => {
  if (input === undefined) return;
  const plain = secretFields(input, variables).filter(({ text }) => isPlain(text));
  if (plain.length === 0) return;
  throw fault('input', {
    what: `The cluster would store a secret of the inbound connector "${name}" in plain text.`,
    where: `${plain.map(({ path }) => path).join(', ')}, in the task ${elementId}`,
    fix: 'refer to it as {{secrets.NAME}}, which the runtime resolves for each call. The cluster resolves camunda.secrets.NAME before the runtime can store the reference.',
  });
};
