import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import { isInternalProcess } from '../../../connector/activation-names.ts';
import { compileOnce } from '../../../engine/deployment/compile-once.ts';
import type { Engine } from '../../../engine/index.ts';
import { awaitedOf, constantText } from '../../hints/model-parts.ts';

/** The names of the messages in the deployed processes; `undefined` for one that an expression computes. */
const declaredNames = async (engine: Engine): Promise<readonly (string | undefined)[]> => {
  const names = await Promise.all(
    engine
      .processes()
      .filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId))
      .map(async ({ processDefinitionKey, resourceName }) => {
        const content = engine.resource(processDefinitionKey)?.content;
        const compiled = content === undefined ? undefined : await compileOnce(resourceName, content);
        // What is not known can have any name.
        if (compiled?.ok !== true) return [undefined];
        return compiled.processes.flatMap(awaitedOf).map(({ message }) => constantText(message.name));
      }),
  );
  return names.flat();
};

/**
 * Says that no event can receive a message, and which message is probably meant.
 *
 * @param name the name of the message
 * @returns `undefined` if a deployed process has the message, or may have it, because an expression computes a name
 * @example
 * await unknownMessage(engine, 'payd'); // 'No deployed process has a message payd. Did you mean paid?'
 */
export const unknownMessage = async (engine: Engine, name: string): Promise<string | undefined> => {
  const awaited = engine.subscriptions().flatMap((each) => (each.kind === 'message' ? [each.name] : []));
  if (awaited.includes(name)) return undefined;
  const declared = await declaredNames(engine);
  if (declared.includes(name) || declared.includes(undefined)) return undefined;
  const known = declared.filter((each) => each !== undefined);
  return didYouMean(`No deployed process has a message ${name}.`, nearest(name, known));
};
