import type { ComponentChildren } from 'preact';
import { setParameter } from '../route.ts';

/**
 * Which rows of a list are shown: a choice that stands in the address as `show`, where the first filter, `all`, is left out.
 *
 * @param legend what is chosen, for readers of the screen
 * @param group the name of the choice, which no other one on the page has
 * @param counts how many rows each filter shows, if that is known
 */
export const FilterChoice = <Name extends string>({
  legend,
  group,
  filters,
  show,
  counts,
}: {
  readonly legend: string;
  readonly group: string;
  readonly filters: readonly (readonly [name: Name, title: string])[];
  readonly show: string;
  readonly counts?: Readonly<Record<Name, number>>;
}): ComponentChildren => (
  <fieldset class="choice">
    <legend class="hidden">{legend}</legend>
    {filters.map(([name, title]) => (
      <label key={name}>
        <input
          type="radio"
          name={group}
          checked={name === show}
          onChange={() => setParameter('show', name === 'all' ? '' : name)}
        />
        {title}
        {counts === undefined ? null : (
          <>
            {' '}
            <span class="number">{counts[name]}</span>
          </>
        )}
      </label>
    ))}
  </fieldset>
);
