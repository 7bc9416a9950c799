import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthCheck, HealthReport } from '../../../src/runtime/observe/health-report.ts';
import { createPrometheusRecorder } from '../../../src/runtime/observe/prometheus.ts';
import { type ProcessHealth, processesMetrics, processesReport } from '../../../src/runtime/processes/health.ts';

const up: HealthReport = { status: 'UP', reasons: [], components: {} };
const down: HealthReport = { status: 'DOWN', reasons: ['The connection is lost.'], components: {} };
const base = { restarts: 0, joined: true };
const works = { ...base, number: 1, pid: 11, report: up };
const isDown = { ...base, number: 2, pid: 12, report: down };
const silent = { ...base, number: 2, pid: 12 };
const loading = { ...base, number: 2, pid: 12, joined: false };
const gone = { number: 2, restarts: 3, joined: false };

const cases: readonly (readonly [string, HealthCheck, readonly ProcessHealth[], readonly string[] | 'UP'])[] = [
  ['one process that is ready is enough', 'ready', [works, isDown], 'UP'],
  ['one process that has started is enough', 'startup', [works, gone], 'UP'],
  ['one process that is up is enough', 'all', [works, silent], 'UP'],
  ['not ready if no process is', 'ready', [isDown], ['Process 2: The connection is lost.']],
  ['not ready while the modules are loaded', 'ready', [loading], ['Process 2: The process is loading its modules.']],
  ['alive while a process is started again', 'live', [works, gone], 'UP'],
  ['alive while the modules are loaded', 'live', [works, loading], 'UP'],
  ['not alive if a process hangs', 'live', [works, silent], ['Process 2: The process does not answer.']],
];

for (const [what, check, processes, expected] of cases) {
  test(what, () => {
    const { status, reasons } = processesReport(check, processes);
    assert.deepEqual([status, reasons], expected === 'UP' ? ['UP', []] : ['DOWN', expected]);
  });
}

test('the report has each process with its number, pid, restarts and reasons', () => {
  assert.deepEqual(processesReport('ready', [works, gone]).components, {
    process1: { status: 'UP', details: { pid: 11, restarts: 0, reasons: [] } },
    process2: { status: 'DOWN', details: { restarts: 3, reasons: ['The process is not running.'] } },
  });
});

test('the measurements of each process have its number, and each family occurs once', () => {
  const textOf = (jobs: number): string => {
    const recorder = createPrometheusRecorder();
    recorder.set('connectionUp', {}, 1);
    for (let job = 0; job < jobs; job++) recorder.add('jobsHandled', { type: 'odd {type} "x"' });
    return recorder.text();
  };
  const text = processesMetrics([
    { ...works, text: textOf(1) },
    { ...silent, text: textOf(2) },
    { ...gone, number: 3 },
  ]);
  const lines = text.split('\n').filter((line) => /connection_up|job_handled|process_/.test(line));
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('# HELP')),
    [
      '# TYPE camunda_client_worker_job_handled_total counter',
      'camunda_client_worker_job_handled_total{process="1",type="odd {type} \\"x\\""} 1',
      'camunda_client_worker_job_handled_total{process="2",type="odd {type} \\"x\\""} 2',
      '# TYPE camunda_connector_connection_up gauge',
      'camunda_connector_connection_up{process="1"} 1',
      'camunda_connector_connection_up{process="2"} 1',
      '# TYPE camunda_connector_process_up gauge',
      'camunda_connector_process_up{process="1"} 1',
      'camunda_connector_process_up{process="2"} 1',
      'camunda_connector_process_up{process="3"} 0',
      '# TYPE camunda_connector_process_restarts_total counter',
      'camunda_connector_process_restarts_total{process="1"} 0',
      'camunda_connector_process_restarts_total{process="2"} 0',
      'camunda_connector_process_restarts_total{process="3"} 3',
    ],
  );
});
