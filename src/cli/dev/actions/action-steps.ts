import type { ActionSteps } from '../session.ts';

/** Creates the steps of a session. As long as nobody keeps them, they are forgotten. */
export const createActionSteps = (): ActionSteps => {
  let keep: ActionSteps['save'] = () => () => {};
  return {
    save: (title) => keep(title),
    keepWith: (save) => {
      keep = save;
    },
  };
};

/**
 * Carries out an action as a step. One that is refused leaves no step.
 *
 * @param isRefused whether what the action returns says that it has changed nothing
 */
export const asStep = async <T>(
  { save }: Pick<ActionSteps, 'save'>,
  title: string,
  action: () => T | Promise<T>,
  isRefused: (result: T) => boolean = () => false,
): Promise<T> => {
  const forget = save(title);
  try {
    const result = await action();
    if (isRefused(result)) forget();
    return result;
  } catch (error) {
    forget();
    throw error;
  }
};
