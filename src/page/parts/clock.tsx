import { useEffect, useState } from 'preact/hooks';
import type { ClockState } from '../../cli/dev/page/contract.ts';
import { linkTo } from '../route.ts';
import { dateText, lengthText } from './format.ts';

/** From this difference on, the clock of processes counts as moved. */
const noticeable = 1_500;

/** The time of processes. It ticks by itself while the clock runs. */
export const ClockText = ({ clock }: { readonly clock: ClockState }) => {
  const [now, setNow] = useState(clock.now);
  useEffect(() => {
    const show = (): void => setNow(clock.running ? Date.now() + clock.ahead : clock.now);
    show();
    if (!clock.running) return undefined;
    const timer = setInterval(show, 1_000);
    return () => clearInterval(timer);
  }, [clock]);
  const moved = Math.abs(clock.ahead) >= noticeable;
  // Moved by whole seconds, and told some milliseconds later.
  const distance = Math.round(Math.abs(clock.ahead) / 1_000) * 1_000;
  return (
    <a class={clock.running ? 'clock' : 'clock paused'} href={linkTo('timers')} title="The time of processes">
      {clock.running ? '' : '⏸ paused at '}
      {dateText(now)}
      {clock.running && moved ? ` (${lengthText(distance)} ${clock.ahead > 0 ? 'ahead' : 'behind'})` : ''}
    </a>
  );
};
