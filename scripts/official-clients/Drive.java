import io.camunda.client.CamundaClient;
import io.camunda.client.api.command.ProblemException;
import io.camunda.client.api.response.ActivatedJob;
import io.camunda.client.api.response.DeploymentEvent;
import io.camunda.client.api.search.enums.ProcessInstanceState;
import io.camunda.client.api.search.enums.UserTaskState;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Drives an engine with Camunda's own client for Java. The client speaks REST by default; with "grpc" as the second argument,
 * it speaks gRPC where it can. Prints a line for each step: its name, a tab, and what failed, if anything did.
 */
public class Drive {
  interface Step {
    void run() throws Exception;
  }

  static void step(String name, Step step) {
    String failure = "";
    try {
      step.run();
    } catch (Throwable error) {
      for (Throwable cause = error; cause != null; cause = cause.getCause()) failure += cause + " ";
      failure = failure.replaceAll("\\s+", " ");
      if (failure.isEmpty()) failure = "failed";
    }
    System.out.println(name + "\t" + failure);
  }

  static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }

  static void refused(int status, Step step) throws Exception {
    try {
      step.run();
    } catch (ProblemException problem) {
      check(problem.code() == status, "expected the status " + status + ", got " + problem.code());
      return;
    } catch (Exception other) {
      return;
    }
    throw new AssertionError("it was not refused");
  }

  static long create(CamundaClient client, String id, Map<String, Object> variables) {
    return client.newCreateInstanceCommand().bpmnProcessId(id).latestVersion().variables(variables).execute()
        .getProcessInstanceKey();
  }

  static ActivatedJob activate(CamundaClient client, String type) {
    return client.newActivateJobsCommand().jobType(type).maxJobsToActivate(1).timeout(Duration.ofMinutes(1))
        .workerName("judge").requestTimeout(Duration.ofSeconds(5)).execute().getJobs().get(0);
  }

  public static void main(String[] args) throws Exception {
    var builder = CamundaClient.newClientBuilder().restAddress(URI.create(args[0]));
    if (args.length > 3 && args[3].equals("grpc")) builder.preferRestOverGrpc(false);
    try (CamundaClient client = builder.grpcAddress(URI.create(args[1])).build()) {
      String folder = args[2];
      long[] key = new long[3];
      step("topology, status", () -> {
        check(client.newTopologyRequest().execute().getGatewayVersion().startsWith("8."), "the version");
        client.newStatusRequest().execute();
      });
      step("deploys files", () -> {
        DeploymentEvent deployed = client.newDeployResourceCommand()
            .addResourceFile(folder + "/order.bpmn").addResourceFile(folder + "/approval.bpmn")
            .addResourceFile(folder + "/quick.bpmn").addResourceFile(folder + "/dish.dmn")
            .addResourceFile(folder + "/approve.form").addResourceFile(folder + "/signal.bpmn").execute();
        check(deployed.getProcesses().size() == 4 && deployed.getDecisions().size() == 1, "what was deployed");
        key[0] = deployed.getProcesses().stream().filter(each -> each.getBpmnProcessId().equals("order")).findFirst().get()
            .getProcessDefinitionKey();
      });
      step("refuses a file that is not a process", () -> refused(400, () ->
          client.newDeployResourceCommand().addResourceStringUtf8("<nonsense", "broken.bpmn").execute()));
      step("creates an instance, and finds it", () -> {
        key[1] = create(client, "order", Map.of("id", "a"));
        var found = client.newProcessInstanceSearchRequest()
            .filter(filter -> filter.processDefinitionId("order").state(ProcessInstanceState.ACTIVE)
                .variables(Map.of("id", "\"a\"")))
            .sort(sort -> sort.startDate().desc()).page(page -> page.limit(10)).execute();
        check(found.items().get(0).getProcessInstanceKey() == key[1], "the key");
        check(client.newProcessInstanceGetRequest(key[1]).execute().getState() == ProcessInstanceState.ACTIVE, "the state");
        refused(404, () -> create(client, "missing", Map.of()));
      });
      step("fails, updates and completes a job", () -> {
        ActivatedJob job = activate(client, "work");
        client.newUpdateTimeoutCommand(job.getKey()).timeout(Duration.ofMinutes(2)).execute();
        client.newFailCommand(job.getKey()).retries(2).errorMessage("late").retryBackoff(Duration.ZERO).execute();
        job = activate(client, "work");
        check(job.getRetries() == 2 && job.getVariablesAsMap().get("id").equals("a"), "the job");
        client.newUpdateRetriesCommand(job.getKey()).retries(5).execute();
        client.newCompleteCommand(job.getKey()).variables(Map.of("done", true)).execute();
        long gone = job.getKey();
        refused(404, () -> client.newCompleteCommand(gone).execute());
      });
      step("publishes and correlates messages", () -> {
        var waiting = client.newMessageSubscriptionSearchRequest().filter(filter -> filter.messageName("paid")).execute();
        check(waiting.items().size() == 1, "the subscription");
        var correlated = client.newCorrelateMessageCommand().messageName("paid").correlationKey("a").execute();
        check(correlated.getProcessInstanceKey() == key[1], "the instance");
        client.newPublishMessageCommand().messageName("paid").correlationKey("later").timeToLive(Duration.ofMinutes(1))
            .messageId("one").variables(Map.of("sum", 7)).execute();
        refused(409, () -> client.newPublishMessageCommand().messageName("paid").correlationKey("later")
            .timeToLive(Duration.ofMinutes(1)).messageId("one").execute());
        refused(404, () -> client.newCorrelateMessageCommand().messageName("paid").correlationKey("nobody").execute());
      });
      step("awaits a result", () -> {
        var ended = client.newCreateInstanceCommand().bpmnProcessId("quick").latestVersion().variables(Map.of("a", 1))
            .withResult().requestTimeout(Duration.ofSeconds(10)).execute();
        check(ended.getVariablesAsMap().get("a").equals(1), "the variables");
      });
      step("throws an error, and resolves the incident", () -> {
        key[2] = create(client, "order", Map.of("id", "e"));
        ActivatedJob job = activate(client, "work");
        client.newThrowErrorCommand(job.getKey()).errorCode("NOBODY").errorMessage("no handler").execute();
        var incidents = client.newIncidentSearchRequest().filter(filter -> filter.processInstanceKey(key[2])).execute();
        check(incidents.items().size() == 1, "the incident");
        long incident = incidents.items().get(0).getIncidentKey();
        client.newIncidentGetRequest(incident).execute();
        check(client.newIncidentsByProcessInstanceSearchRequest(key[2]).execute().items().size() == 1, "of the instance");
        client.newResolveIncidentCommand(incident).execute();
      });
      step("reads elements, variables, flows, jobs and statistics", () -> {
        var elements = client.newElementInstanceSearchRequest().filter(filter -> filter.processInstanceKey(key[2])).execute();
        check(elements.items().size() == 2, "the elements");
        long element = elements.items().get(1).getElementInstanceKey();
        client.newElementInstanceGetRequest(element).execute();
        client.newSetVariablesCommand(element).variables(Map.of("more", List.of(1))).local(true).execute();
        var variables = client.newVariableSearchRequest().filter(filter -> filter.processInstanceKey(key[2]).name("more")).execute();
        check(variables.items().get(0).getValue().equals("[1]"), "the variable");
        client.newVariableGetRequest(variables.items().get(0).getVariableKey()).execute();
        check(client.newProcessInstanceSequenceFlowsRequest(key[2]).execute().size() == 1, "the flow");
        check(client.newProcessInstanceElementStatisticsRequest(key[2]).execute().size() == 2, "the statistics");
        check(client.newJobSearchRequest().filter(filter -> filter.processInstanceKey(key[2])).execute().items().size() == 1, "the job");
        client.newProcessInstanceGetCallHierarchyRequest(key[2]).execute();
      });
      step("reads definitions", () -> {
        check(client.newProcessDefinitionSearchRequest().filter(filter -> filter.isLatestVersion(true)).execute().items().size() == 4, "how many");
        client.newProcessDefinitionGetRequest(key[0]).execute();
        check(client.newProcessDefinitionGetXmlRequest(key[0]).execute().contains("definitions"), "the file");
        client.newProcessDefinitionElementStatisticsRequest(key[0]).execute();
      });
      step("works on a user task", () -> {
        long instance = create(client, "approval", Map.of("amount", 7));
        var tasks = client.newUserTaskSearchRequest()
            .filter(filter -> filter.processInstanceKey(instance).state(UserTaskState.CREATED)).execute();
        long task = tasks.items().get(0).getUserTaskKey();
        check(client.newUserTaskGetFormRequest(task).execute().getFormId().equals("approve"), "the form");
        check(client.newUserTaskVariableSearchRequest(task).execute().items().size() == 1, "the variables");
        client.newAssignUserTaskCommand(task).assignee("ada").execute();
        client.newUnassignUserTaskCommand(task).execute();
        client.newUpdateUserTaskCommand(task).priority(80).candidateUsers("ada").execute();
        check(client.newUserTaskGetRequest(task).execute().getPriority() == 80, "the priority");
        client.newCompleteUserTaskCommand(task).variables(Map.of("approved", true)).execute();
        check(client.newProcessInstanceGetRequest(instance).execute().getState() == ProcessInstanceState.COMPLETED, "the state");
      });
      step("evaluates a decision, and finds what it evaluated", () -> {
        var answer = client.newEvaluateDecisionCommand().decisionId("dish").variables(Map.of("season", "Winter")).execute();
        check(answer.getDecisionOutput().equals("\"Roast\""), "the output");
        var instances = client.newDecisionInstanceSearchRequest().filter(filter -> filter.decisionDefinitionId("dish")).execute();
        client.newDecisionInstanceGetRequest(instances.items().get(0).getDecisionInstanceId()).execute();
        var definitions = client.newDecisionDefinitionSearchRequest().execute();
        client.newDecisionDefinitionGetRequest(definitions.items().get(0).getDecisionKey()).execute();
        client.newDecisionDefinitionGetXmlRequest(definitions.items().get(0).getDecisionKey()).execute();
        client.newDecisionRequirementsSearchRequest().execute();
      });
      step("broadcasts a signal", () ->
          client.newBroadcastSignalCommand().signalName("go").variables(Map.of("a", 1)).execute());
      step("modifies and migrates an instance", () -> {
        long instance = create(client, "order", Map.of("id", "z"));
        client.newModifyProcessInstanceCommand(instance).activateElement("wait").execute();
        var next = client.newDeployResourceCommand().addResourceFile(folder + "/order-2.bpmn").execute();
        client.newMigrateProcessInstanceCommand(instance)
            .migrationPlan(next.getProcesses().get(0).getProcessDefinitionKey())
            .addMappingInstruction("work", "work").addMappingInstruction("wait", "wait").execute();
        client.newCancelInstanceCommand(instance).execute();
        check(client.newProcessInstanceGetRequest(instance).execute().getState() == ProcessInstanceState.TERMINATED, "the state");
        refused(404, () -> client.newCancelInstanceCommand(instance).execute());
      });
      step("a worker completes jobs", () -> {
        CountDownLatch done = new CountDownLatch(20);
        try (var worker = client.newWorker().jobType("work").handler((jobs, job) -> {
          jobs.newCompleteCommand(job).variables(Map.of("served", true)).execute();
          done.countDown();
        }).pollInterval(Duration.ofMillis(20)).open()) {
          for (int n = 0; n < 20; n++) create(client, "order", Map.of("id", "w" + n));
          check(done.await(20, TimeUnit.SECONDS), "all jobs");
        }
      });
      step("stores documents", () -> {
        var stored = client.newCreateDocumentCommand().content(new ByteArrayInputStream("hello".getBytes()))
            .fileName("hello.txt").contentType("text/plain").execute();
        try (var content = client.newDocumentContentGetRequest(stored).execute()) {
          check(new String(content.readAllBytes()).equals("hello"), "the content");
        }
        client.newDeleteDocumentCommand(stored).execute();
      });
      step("sets the clock", () -> {
        client.newPinClockCommand().time(Instant.now()).execute();
        client.newPinClockCommand().time(Instant.now().plusSeconds(5)).execute();
        client.newResetClockCommand().execute();
      });
      step("cancels in a batch, and finds the batch", () -> {
        var batch = client.newCreateBatchOperationCommand().processInstanceCancel()
            .filter(filter -> filter.processDefinitionId("order").state(ProcessInstanceState.ACTIVE)).execute();
        var found = client.newBatchOperationGetRequest(batch.getBatchOperationKey()).execute();
        check(found.getOperationsTotalCount() >= 20 && found.getEndDate() != null, "the counts");
        var items = client.newBatchOperationItemsSearchRequest()
            .filter(filter -> filter.batchOperationKey(batch.getBatchOperationKey())).execute();
        check(items.items().size() == found.getOperationsTotalCount(), "the items");
      });
      step("resolves, moves and migrates in batches", () -> {
        create(client, "order", Map.of("id", "b"));
        client.newCreateBatchOperationCommand().resolveIncident().filter(filter -> filter.processDefinitionId("order")).execute();
        client.newCreateBatchOperationCommand().modifyProcessInstance().addMoveInstruction("work", "wait")
            .filter(filter -> filter.processDefinitionId("order").state(ProcessInstanceState.ACTIVE)).execute();
        client.newCreateBatchOperationCommand().migrateProcessInstance().targetProcessDefinitionKey(key[0])
            .addMappingInstruction("wait", "wait")
            .filter(filter -> filter.processDefinitionId("order").state(ProcessInstanceState.ACTIVE)).execute();
        check(client.newBatchOperationSearchRequest().execute().items().size() == 4, "the batches");
      });
      step("finds tenants", () -> check(client.newTenantsSearchRequest().execute().items().size() == 1, "the tenant"));
      step("deletes a definition", () -> {
        client.newDeleteResourceCommand(key[0]).execute();
        refused(404, () -> client.newCreateInstanceCommand().processDefinitionKey(key[0]).execute());
      });
    }
  }
}
