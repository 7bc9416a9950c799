import type { Overview } from '../../cli/dev/page/contract.ts';
import type { Route } from '../route.ts';

/** What every view receives. */
export interface ViewProps {
  readonly overview: Overview;
  readonly route: Route;
}
