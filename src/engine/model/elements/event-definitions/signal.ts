import type { Source } from '../../types.ts';
import { type Element, textAt } from '../../xml/element.ts';
import { type Context, refer } from '../../xml/references.ts';
import { sourceAt } from '../expressions.ts';
import { type Place, withoutVariables } from './place.ts';

/** A signal that an event waits for or throws. */
interface Signal {
  readonly kind: 'signal';
  readonly name: Source;
}

/** Reads the signal of an event definition; `undefined` after a problem. */
export const readSignal = (definition: Element, place: Place | 'throw', context: Context): Signal | undefined => {
  const { report } = context;
  const signal = refer(definition, 'signalRef', context);
  if (signal === undefined) {
    if (context.unresolved(definition, 'signalRef') === undefined)
      report(definition, 'The signal is missing. Set "signalRef".');
    return undefined;
  }
  const text = textAt(signal, 'name') ?? '';
  if (text.trim() === '') {
    report(signal, 'The signal is in use, but its name is missing or empty.');
    return undefined;
  }
  const source = sourceAt(text, report, signal, 'name');
  const name = source && place === 'processStart' ? withoutVariables(source, report, signal, 'name') : source;
  return name && Object.freeze({ kind: 'signal', name: Object.freeze(name) });
};
