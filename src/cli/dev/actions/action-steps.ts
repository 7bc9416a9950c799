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

/** Carries out an action as a step. One that is refused leaves no step. */
export const asStep = async <T>(
  { save }: Pick<ActionSteps, 'save'>,
  title: string,
  action: () => T | Promise<T>,
): Promise<T> => {
  const forget = save(title);
  try {
    return await action();
  } catch (error) {
    forget();
    throw error;
  }
};
