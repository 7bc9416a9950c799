import type { MovedInstance } from '../../cli/dev/page/contract.ts';
import { counted } from '../parts/format.ts';
import { linkTo } from '../route.ts';

/** What became of instances, of which some stay as they are. */
export const MoveResults = ({
  results,
  done,
}: {
  readonly results: readonly MovedInstance[];
  readonly done: string;
}) => {
  const refused = results.filter(({ problem }) => problem !== undefined);
  return (
    <div role="status">
      <p>
        {counted(results.length - refused.length, 'instance')} {done}. {counted(refused.length, 'instance')}{' '}
        {refused.length === 1 ? 'stays' : 'stay'} as {refused.length === 1 ? 'it is' : 'they are'}:
      </p>
      <ul class="refusals">
        {refused.map(({ processInstanceKey, problem }) => (
          <li key={processInstanceKey}>
            <a class="code" href={linkTo('instance', processInstanceKey)}>
              {processInstanceKey}
            </a>
            <pre class="code error">{problem}</pre>
          </li>
        ))}
      </ul>
    </div>
  );
};
