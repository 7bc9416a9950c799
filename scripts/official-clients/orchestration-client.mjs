/**
 * Drives an engine with the official client for JavaScript, `@camunda8/orchestration-cluster-api`, as its users do. A plain
 * module, because it runs with the Node.js that the client needs.
 */
import assert from 'node:assert/strict';

/** Reads at once: the engine does not lag behind. */
const now = { consistency: { waitUpToMs: 0 } };

const poll = { timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 5_000, worker: 'judge' };

/** A status that the client rejects with. */
const failsWith = (status, promise) => assert.rejects(promise, (error) => error.status === status);

/**
 * The steps in their order, by name. Some of them need what others have found.
 *
 * @param plain a client that does not check answers, which it cannot do with a document
 */
const stepsOf = (client, plain, files) => {
  const seen = {};
  const newVersion = files.filter((file) => file.endsWith('order-2.bpmn'));
  const create = async (processDefinitionId, more = {}) =>
    (await client.createProcessInstance({ processDefinitionId, ...more })).processInstanceKey;
  const activate = async (type) => (await client.activateJobs({ ...poll, type })).jobs[0];
  const stateOf = async (processInstanceKey) => (await client.getProcessInstance({ processInstanceKey }, now)).state;
  return {
    'topology, status, licence, authentication': async () => {
      assert.match((await client.getTopology()).gatewayVersion, /^8\./);
      assert.equal((await client.getTopology()).brokers[0].partitions[0].role, 'leader');
      await client.getStatus();
      assert.equal(typeof (await client.getLicense()).isCommercial, 'boolean');
      assert.equal((await client.getAuthentication()).username, 'anonymous');
    },
    'deploys files': async () => {
      const deployed = await client.deployResourcesFromFiles(files.filter((file) => !newVersion.includes(file)));
      assert.equal(deployed.processes.length, 4);
      assert.equal(deployed.decisions.length, 1);
      assert.equal(deployed.forms.length, 1);
      Object.assign(seen, { process: deployed.processes.find((each) => each.processDefinitionId === 'order') });
      Object.assign(seen, { form: deployed.forms[0], decision: deployed.decisions[0] });
    },
    'refuses a deployment that is not one': () =>
      failsWith(400, client.createDeployment({ resources: [new File(['<nonsense'], 'broken.bpmn')] })),
    'creates by key and by id': async () => {
      const { processDefinitionKey } = seen.process;
      const byKey = await client.createProcessInstance({ processDefinitionKey, variables: { id: 'a' }, tags: ['red'] });
      assert.deepEqual(byKey.tags, ['red']);
      const byId = await client.createProcessInstance({ processDefinitionId: 'order', businessId: 'order-7' });
      assert.equal(byId.processDefinitionKey, processDefinitionKey);
      Object.assign(seen, { first: byKey.processInstanceKey, second: byId.processInstanceKey });
      await failsWith(404, client.createProcessInstance({ processDefinitionId: 'missing' }));
    },
    'finds instances': async () => {
      const active = await client.searchProcessInstances(
        { filter: { processDefinitionId: 'order', state: 'ACTIVE' }, sort: [{ field: 'startDate', order: 'DESC' }] },
        now,
      );
      assert.deepEqual(
        new Set(active.items.map((each) => each.processInstanceKey)),
        new Set([seen.first, seen.second]),
      );
      const tagged = await client.searchProcessInstances({ filter: { tags: ['red'] } }, now);
      assert.equal(tagged.page.totalItems, 1);
      const named = await client.searchProcessInstances({ filter: { businessId: { $like: 'order-*' } } }, now);
      assert.equal(named.items[0].processInstanceKey, seen.second);
    },
    'fails a job, also while nobody has it, and completes it': async () => {
      const job = await activate('work');
      assert.equal(job.retries, 3);
      await client.failJob({ jobKey: job.jobKey, retries: 1 });
      await client.failJob({ jobKey: job.jobKey, retries: 8, variables: { reason: 'late' } });
      const again = await client.activateJobs({ ...poll, type: 'work', maxJobsToActivate: 5 });
      const same = again.jobs.find(({ jobKey }) => jobKey === job.jobKey);
      assert.equal(same.retries, 8);
      for (const { jobKey } of again.jobs) await client.completeJob({ jobKey, variables: { id: 'a', done: true } });
      await failsWith(404, client.completeJob({ jobKey: job.jobKey }));
    },
    'publishes and correlates messages': async () => {
      const message = { name: 'paid', correlationKey: 'a', variables: { paid: 1 } };
      const { items } = await client.searchMessageSubscriptions({ filter: { messageName: 'paid' } }, now);
      assert.equal(items.filter((each) => each.messageSubscriptionState === 'CREATED').length, 2);
      const { processInstanceKey } = await client.correlateMessage(message);
      assert.ok([seen.first, seen.second].includes(processInstanceKey), 'It names an instance that has waited.');
      assert.match(
        (await client.publishMessage({ ...message, timeToLive: 10_000, messageId: 'm1' })).messageKey,
        /^\d+$/,
      );
      const unread = { ...message, correlationKey: 'x', timeToLive: 10_000, messageId: 'm2' };
      await client.publishMessage(unread);
      await failsWith(409, client.publishMessage(unread));
      await failsWith(404, client.correlateMessage({ ...message, correlationKey: 'nobody' }));
      assert.equal(await stateOf(seen.first), 'COMPLETED');
      assert.equal(await stateOf(seen.second), 'COMPLETED');
    },
    'awaits the completion': async () => {
      const ended = client.createProcessInstance({
        processDefinitionId: 'quick',
        awaitCompletion: true,
        variables: { a: 1 },
      });
      assert.deepEqual((await ended).variables, { a: 1 });
      const late = client.createProcessInstance({
        processDefinitionId: 'order',
        awaitCompletion: true,
        requestTimeout: 50,
      });
      await failsWith(504, late);
    },
    'cancels an instance': async () => {
      const processInstanceKey = await create('order');
      await client.cancelProcessInstance({ processInstanceKey });
      assert.equal(await stateOf(processInstanceKey), 'TERMINATED');
      await failsWith(404, client.cancelProcessInstance({ processInstanceKey }));
    },
    'throws an error, and resolves the incident': async () => {
      const processInstanceKey = await create('order', { variables: { id: 'e' } });
      let job;
      do job = await activate('work');
      while (job.processInstanceKey !== processInstanceKey);
      await client.throwJobError({ jobKey: job.jobKey, errorCode: 'NOBODY', errorMessage: 'no handler' });
      const { items } = await client.searchIncidents({ filter: { processInstanceKey } }, now);
      assert.equal(items[0].errorType, 'UNHANDLED_ERROR_EVENT');
      const incident = await client.getIncident({ incidentKey: items[0].incidentKey }, now);
      assert.equal(incident.state, 'ACTIVE');
      const of = await client.searchProcessInstanceIncidents({ processInstanceKey }, now);
      assert.equal(of.page.totalItems, 1);
      await client.resolveIncident({ incidentKey: items[0].incidentKey });
      await client.updateJob({ jobKey: job.jobKey, changeset: { retries: 4 } });
      Object.assign(seen, { broken: processInstanceKey });
    },
    'reads elements, variables, flows and statistics': async () => {
      const processInstanceKey = seen.broken;
      const { items } = await client.searchElementInstances(
        { filter: { processInstanceKey }, sort: [{ field: 'processDefinitionKey' }] },
        now,
      );
      assert.deepEqual(
        items.map(({ elementId }) => elementId),
        ['start', 'work'],
      );
      const { elementInstanceKey } = items[1];
      assert.equal((await client.getElementInstance({ elementInstanceKey }, now)).type, 'SERVICE_TASK');
      await client.createElementInstanceVariables({ elementInstanceKey, variables: { more: [1] }, local: true });
      const found = await client.searchVariables({ filter: { processInstanceKey, name: 'more' } }, now);
      assert.equal(found.items[0].value, '[1]');
      const { variableKey } = found.items[0];
      assert.equal((await client.getVariable({ variableKey }, now)).name, 'more');
      const counts = await client.getProcessInstanceStatistics({ processInstanceKey }, now);
      assert.equal(counts.items.length, 2);
      const flows = await client.getProcessInstanceSequenceFlows({ processInstanceKey }, now);
      assert.equal(flows.items.length, 1);
      await client.getProcessInstanceCallHierarchy({ processInstanceKey }, now);
    },
    'reads definitions': async () => {
      const { processDefinitionKey } = seen.process;
      const latest = await client.searchProcessDefinitions({ filter: { isLatestVersion: true } }, now);
      assert.equal(latest.page.totalItems, 4);
      const definition = await client.getProcessDefinition({ processDefinitionKey }, now);
      assert.equal(definition.processDefinitionId, 'order');
      assert.match(await client.getProcessDefinitionXml({ processDefinitionKey }, now), /<\w*:?definitions/);
      const counts = await client.getProcessDefinitionStatistics({ processDefinitionKey }, now);
      assert.ok(counts.items.length > 0, 'It counts elements.');
    },
    'works on a user task': async () => {
      const processInstanceKey = await create('approval', { variables: { amount: 7 } });
      const { items } = await client.searchUserTasks(
        {
          filter: { processInstanceKey, state: 'CREATED' },
          sort: [{ field: 'creationDate' }],
          page: { from: 0, limit: 10 },
        },
        now,
      );
      const { userTaskKey } = items[0];
      assert.equal((await client.getUserTask({ userTaskKey }, now)).priority, 50);
      assert.match((await client.getUserTaskForm({ userTaskKey }, now)).schema, /"components"/);
      const variables = await client.searchUserTaskVariables({ userTaskKey, sort: [{ field: 'name' }] }, now);
      assert.equal(variables.items[0].value, '7');
      await client.assignUserTask({ userTaskKey, assignee: 'ada' });
      await failsWith(409, client.assignUserTask({ userTaskKey, assignee: 'bob', allowOverride: false }));
      await client.unassignUserTask({ userTaskKey });
      await client.updateUserTask({ userTaskKey, changeset: { candidateUsers: ['ada'], priority: 80 } });
      assert.equal((await client.getUserTask({ userTaskKey }, now)).priority, 80);
      await client.completeUserTask({ userTaskKey, variables: { approved: true } });
      assert.equal(await stateOf(processInstanceKey), 'COMPLETED');
    },
    'evaluates a decision, and finds what it evaluated': async () => {
      const { decisionDefinitionKey, decisionRequirementsKey } = seen.decision;
      const answer = await client.evaluateDecision({ decisionDefinitionKey, variables: { season: 'Winter' } });
      assert.equal(answer.output, '"Roast"');
      const { items } = await client.searchDecisionInstances({ filter: { decisionDefinitionId: 'dish' } }, now);
      const { decisionEvaluationInstanceKey } = items[0];
      const instance = await client.getDecisionInstance({ decisionEvaluationInstanceKey }, now);
      assert.equal(instance.evaluatedInputs[0].inputValue, '"Winter"');
      assert.equal(instance.matchedRules.length, 1);
      await client.searchDecisionDefinitions({ filter: { decisionDefinitionId: 'dish' } }, now);
      assert.match(await client.getDecisionDefinitionXml({ decisionDefinitionKey }, now), /decisionTable/);
      await client.getDecisionRequirements({ decisionRequirementsKey }, now);
    },
    'broadcasts a signal': async () => {
      assert.match((await client.broadcastSignal({ signalName: 'go', variables: { a: 1 } })).signalKey, /^\d+$/);
    },
    'modifies and migrates an instance': async () => {
      const processInstanceKey = await create('order', { variables: { id: 'z' } });
      await client.modifyProcessInstance({
        processInstanceKey,
        activateInstructions: [{ elementId: 'wait' }],
        moveInstructions: [],
        terminateInstructions: [],
      });
      const next = await client.deployResourcesFromFiles(newVersion);
      const targetProcessDefinitionKey = next.processes[0].processDefinitionKey;
      const mappingInstructions = ['work', 'wait'].map((id) => ({ sourceElementId: id, targetElementId: id }));
      await client.migrateProcessInstance({ processInstanceKey, targetProcessDefinitionKey, mappingInstructions });
      const { processDefinitionKey } = await client.getProcessInstance({ processInstanceKey }, now);
      assert.equal(processDefinitionKey, targetProcessDefinitionKey);
      await client.cancelProcessInstance({ processInstanceKey });
      Object.assign(seen, { next: targetProcessDefinitionKey });
    },
    'stores documents': async () => {
      const created = await client.createDocument({ file: new File(['hello'], 'hello.txt', { type: 'text/plain' }) });
      assert.equal(created.metadata.fileName, 'hello.txt');
      const { documentId } = created;
      const content = await plain.getDocument({ documentId, contentHash: created.contentHash });
      assert.equal(await new Response(content).text(), 'hello');
      await client.deleteDocument({ documentId });
      await failsWith(404, client.deleteDocument({ documentId }));
    },
    'sets the clock': async () => {
      const time = Date.now();
      await client.pinClock({ timestamp: time });
      await client.pinClock({ timestamp: time + 1_000 });
      await client.resetClock();
    },
    'a worker completes jobs': async () => {
      const processInstanceKey = await create('order', { variables: { id: 'w' } });
      await new Promise((resolve, reject) => {
        const worker = client.createJobWorker({
          jobType: 'work',
          ...{ workerName: 'judge', maxParallelJobs: 10, jobTimeoutMs: 30_000, pollIntervalMs: 20 },
          jobHandler: async (job) => {
            const receipt = await job.complete({ served: true });
            if (job.processInstanceKey === processInstanceKey) worker.stop();
            if (job.processInstanceKey === processInstanceKey) resolve();
            return receipt;
          },
        });
        setTimeout(() => reject(new Error('The worker has not got the job.')), 20_000).unref();
      });
      const { items } = await client.searchJobs({ filter: { processInstanceKey, state: 'COMPLETED' } }, now);
      assert.equal(items.length, 1);
    },
    'walks pages': async () => {
      const keys = [];
      for (let n = 0; n < 5; n += 1) keys.push(await create('order', { tags: ['page'] }));
      const walked = [];
      let after;
      do {
        const request = { filter: { tags: ['page'] }, page: { limit: 2, ...(after === undefined ? {} : { after }) } };
        const { items, page } = await client.searchProcessInstances(request, now);
        walked.push(...items.map((each) => each.processInstanceKey));
        after = items.length < 2 ? undefined : page.endCursor;
      } while (after !== undefined);
      assert.deepEqual(walked, keys);
    },
    'resolves, moves, migrates, cancels and deletes in batches': async () => {
      const filter = { tags: ['page'] };
      const batches = [
        [await client.resolveIncidentsBatchOperation({ filter }), 'RESOLVE_INCIDENT', 0],
        [
          await client.modifyProcessInstancesBatchOperation({
            filter,
            moveInstructions: [{ sourceElementId: 'work', targetElementId: 'wait' }],
          }),
          ...['MODIFY_PROCESS_INSTANCE', 5],
        ],
        [await client.cancelProcessInstancesBatchOperation({ filter }), 'CANCEL_PROCESS_INSTANCE', 5],
        [await client.deleteProcessInstancesBatchOperation?.({ filter }), 'DELETE_PROCESS_INSTANCE', 5],
      ].filter(([batch]) => batch !== undefined);
      for (const [{ batchOperationKey, batchOperationType }, type, count] of batches) {
        assert.equal(batchOperationType, type);
        const batch = await client.getBatchOperation({ batchOperationKey }, now);
        assert.equal(batch.state, 'COMPLETED');
        assert.equal(batch.operationsTotalCount, count);
        const items = await client.searchBatchOperationItems({ filter: { batchOperationKey } }, now);
        assert.equal(items.page.totalItems, count);
      }
      const all = await client.searchBatchOperations({ sort: [{ field: 'startDate' }] }, now);
      assert.equal(all.page.totalItems, batches.length);
    },
    'evaluates expressions and conditions': async () => {
      assert.equal((await client.evaluateExpression({ expression: '=1 + x', variables: { x: 2 } })).result, 3);
      assert.deepEqual((await client.evaluateConditionals({ variables: { x: 1 } })).processInstances, []);
    },
    'finds tenants': async () => {
      const { items } = await client.searchTenants({}, now);
      assert.deepEqual(
        items.map(({ tenantId }) => tenantId),
        ['<default>'],
      );
    },
    'deletes a definition': async () => {
      await client.deleteResource({ resourceKey: seen.next });
      await failsWith(404, client.createProcessInstance({ processDefinitionKey: seen.next }));
    },
  };
};

/**
 * Runs all steps.
 *
 * @param createCamundaClient the function of the client
 * @param address of the REST API
 * @param files to deploy
 * @returns what failed, by step; null for a step that works
 */
export const drive = async (createCamundaClient, address, files) => {
  const config = { CAMUNDA_REST_ADDRESS: address, CAMUNDA_SDK_LOG_LEVEL: 'silent' };
  const clientWith = (more) => createCamundaClient({ config: { ...config, ...more } });
  // The client can check every answer against the description of the API.
  const steps = stepsOf(clientWith({ CAMUNDA_SDK_VALIDATION: 'req:none,res:strict' }), clientWith({}), files);
  const results = {};
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
      results[name] = null;
    } catch (error) {
      results[name] = [error?.message ?? error, ...(error?.issues ?? [])].join('; ').slice(0, 600);
    }
  }
  return results;
};
