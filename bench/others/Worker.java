import com.sun.management.OperatingSystemMXBean;
import io.camunda.client.CamundaClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A worker under measurement as a process: Worker HOST PORT. Answers each line on its standard input with one. */
public class Worker {
  /** The variables of a job. */
  public record Variables(double a, String b, boolean c, List<Double> d, Map<String, Double> e) {}

  static final ConcurrentLinkedQueue<Double> pickups = new ConcurrentLinkedQueue<>();
  static volatile boolean listening = false;

  /** In microseconds, on the clock that all processes of the machine share. */
  static double now() {
    return System.nanoTime() / 1e3;
  }

  static String mark() throws IOException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long pages = Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    return "{\"cpu\":" + system.getProcessCpuTime() / 1e3 + ",\"rss\":" + pages * 4096 + ",\"heap\":0}";
  }

  static String answerTo(String request) throws IOException {
    switch (request) {
      case "\"listen\"":
        pickups.clear();
        listening = true;
        return "null";
      case "\"pickups\"":
        return List.copyOf(pickups).toString();
      default:
        return mark();
    }
  }

  static void say(String answer) {
    System.out.println("{\"answer\":" + answer + "}");
  }

  public static void main(String[] args) throws IOException {
    say(String.valueOf(now()));
    var client = CamundaClient.newClientBuilder().grpcAddress(URI.create("http://" + args[0] + ":" + args[1]))
        .preferRestOverGrpc(false).build();
    client.newWorker().jobType("bench").handler((jobs, job) -> {
      var input = job.getVariablesAsType(Variables.class);
      if (listening) pickups.add(now() - input.a());
      jobs.newCompleteCommand(job).send();
    }).timeout(Duration.ofMinutes(5)).maxJobsActive(256).streamEnabled(true).open();
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) say(answerTo(line));
    System.exit(0);
  }
}
