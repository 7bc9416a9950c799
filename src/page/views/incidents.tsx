import type { InstanceDetail } from '../../cli/dev/page/contract.ts';
import { act } from '../data.ts';
import { ActionButton } from '../parts/controls.tsx';
import { ownOf } from '../parts/format.ts';

/** The incidents of an instance, with their cause and what can be done about them. */
export const IncidentList = ({ detail }: { readonly detail: InstanceDetail }) => (
  <section aria-label="Incidents">
    <h2>Incidents</h2>
    <ul class="incidents">
      {detail.incidentList.map(({ key, type, message, elementId, job, canReload, reasons }) => (
        <li key={key}>
          <strong>⚠ {ownOf(detail.names, elementId) ?? elementId}</strong> <span class="faint">{type}</span>
          <pre class="code">{message}</pre>
          {reasons.map((reason) => (
            <p key={reason} class="reason">
              {reason}
            </p>
          ))}
          <p class="actions">
            {job === undefined ? null : (
              <ActionButton
                kind="main"
                title={`${canReload ? 'Loads the connectors anew, gives' : 'Gives'} the job another attempt and resolves the incident`}
                action={() => act('retry', { job, reload: canReload })}
              >
                {canReload ? 'Retry with the edited connector' : 'Retry'}
              </ActionButton>
            )}
            {job === undefined ? (
              <ActionButton
                kind="main"
                action={() => act('resolve', { incident: key })}
                title="Repeats what has failed"
              >
                Resolve
              </ActionButton>
            ) : null}
          </p>
        </li>
      ))}
    </ul>
  </section>
);
