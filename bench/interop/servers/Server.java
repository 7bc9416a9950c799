import io.camunda.zeebe.gateway.protocol.GatewayGrpc;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.ActivateJobsRequest;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.ActivateJobsResponse;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.ActivatedJob;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.CompleteJobRequest;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.CompleteJobResponse;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.StreamActivatedJobsRequest;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.TopologyRequest;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.TopologyResponse;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The scripted gateway of bench/interop on grpc-java with netty; servers/node.ts says what it does. Prints its port; ends with
 * its standard input.
 */
public class Server extends GatewayGrpc.GatewayImplBase {
  final AtomicInteger completed = new AtomicInteger();
  final AtomicInteger streams = new AtomicInteger();

  static String padding(int length) {
    return "{\"p\":\"" + "x".repeat(length) + "\"}";
  }

  static ActivatedJob jobOf(long key, String variables) {
    return ActivatedJob.newBuilder().setKey(key).setType("interop").setRetries(3).setDeadline(1794477978000L)
        .setCustomHeaders("{}").setVariables(variables).build();
  }

  @Override
  public void topology(TopologyRequest request, StreamObserver<TopologyResponse> answer) {
    answer.onNext(TopologyResponse.newBuilder().setGatewayVersion("8.8.0").setClusterSize(completed.get())
        .setPartitionsCount(streams.get()).build());
    answer.onCompleted();
  }

  @Override
  public void completeJob(CompleteJobRequest request, StreamObserver<CompleteJobResponse> answer) {
    if (request.getJobKey() == 404) {
      answer.onError(Status.NOT_FOUND.withDescription("no job 404: gr\u00f6\u00dfer, 100 %").asRuntimeException());
      return;
    }
    completed.incrementAndGet();
    answer.onNext(CompleteJobResponse.getDefaultInstance());
    answer.onCompleted();
  }

  static ActivateJobsResponse batchOf(ActivatedJob job) {
    return ActivateJobsResponse.newBuilder().addJobs(job).build();
  }

  @Override
  public void activateJobs(ActivateJobsRequest request, StreamObserver<ActivateJobsResponse> answer) {
    if (request.getType().equals("silent")) return;
    if (request.getType().equals("batch")) {
      answer.onNext(batchOf(jobOf(9007199254740993L, "{\"text\":\"gr\u00f6\u00dfer, 100 %\"}")));
      answer.onNext(batchOf(jobOf(9007199254740994L, "{}")));
    }
    if (request.getType().equals("large")) answer.onNext(batchOf(jobOf(1, padding(3_000_000))));
    answer.onCompleted();
  }

  @Override
  public void streamActivatedJobs(StreamActivatedJobsRequest request, StreamObserver<ActivatedJob> answer) {
    streams.incrementAndGet();
    ((ServerCallStreamObserver<ActivatedJob>) answer).setOnCancelHandler(streams::decrementAndGet);
    for (int key = 1; key <= 1_000; key++) answer.onNext(jobOf(key, padding(10_000)));
  }

  public static void main(String[] args) throws Exception {
    var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0)).addService(new Server()).build().start();
    System.out.println(server.getPort());
    while (System.in.read() >= 0) {}
    server.shutdownNow();
    System.exit(0);
  }
}
