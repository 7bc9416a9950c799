import { createToken } from '../flow/tokens.ts';
import { activateWith, type Behavior } from './behavior.ts';

/** An embedded subprocess completes when there is no token left in it. */
export const subProcess: Behavior<'subProcess'> = {
  activate: (context, element, node) => {
    const start = element.definition.model.nodes.get(node.start);
    if (start === undefined) throw new Error(`The model has no start event for the subprocess ${node.id}.`);
    activateWith(context, element, node, []);
    createToken(context, element, start);
  },
};
