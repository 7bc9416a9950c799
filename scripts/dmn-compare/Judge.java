import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.camunda.dmn.Audit;
import org.camunda.dmn.DmnEngine;
import org.camunda.dmn.parser.ParsedDmn;
import org.camunda.feel.api.FeelEngineApi;
import org.camunda.feel.api.FeelEngineBuilder;
import org.camunda.feel.syntaxtree.Val;
import org.camunda.feel.syntaxtree.ValBoolean;
import org.camunda.feel.syntaxtree.ValContext;
import org.camunda.feel.syntaxtree.ValFunction;
import org.camunda.feel.syntaxtree.ValList;
import org.camunda.feel.syntaxtree.ValNull$;
import org.camunda.feel.syntaxtree.ValNumber;
import org.camunda.feel.syntaxtree.ValString;
import scala.jdk.javaapi.CollectionConverters;
import scala.util.Either;

/**
 * Evaluates decisions with Camunda's engine. A line has three parts in base64, with tabs between them: the DMN file, the id
 * of the decision, and the variables as a FEEL context. The answer is one line of JSON.
 */
public class Judge {
  static String quote(String text) {
    if (text == null) return "null";
    StringBuilder quoted = new StringBuilder("\"");
    for (char sign : text.toCharArray()) {
      if (sign < 32 || sign > 126 || sign == '"' || sign == '\\') quoted.append(String.format("\\u%04x", (int) sign));
      else quoted.append(sign);
    }
    return quoted.append('"').toString();
  }

  static String json(Object value) {
    if (value == null || value instanceof ValNull$) return "null";
    if (value instanceof ValBoolean known) return String.valueOf(known.value());
    if (value instanceof ValNumber known) return new BigDecimal(known.value().toString()).toString();
    if (value instanceof ValString known) return quote(known.value());
    if (value instanceof ValFunction) return "\"<function>\"";
    if (value instanceof ValList known) {
      StringJoiner items = new StringJoiner(",", "[", "]");
      CollectionConverters.asJava(known.items()).forEach(item -> items.add(json(item)));
      return items.toString();
    }
    if (value instanceof ValContext known) {
      Map<String, Object> sorted = new TreeMap<>(CollectionConverters.asJava(known.context().variableProvider().getVariables()));
      StringJoiner entries = new StringJoiner(",", "{", "}");
      sorted.forEach((key, item) -> entries.add(quote(key) + ":" + json(item)));
      return entries.toString();
    }
    if (value instanceof Boolean) return String.valueOf(value);
    if (value instanceof Number || value instanceof scala.math.BigDecimal) return new BigDecimal(value.toString()).toString();
    if (value instanceof scala.collection.Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      CollectionConverters.asJava((scala.collection.Map<?, ?>) map).forEach((key, item) -> sorted.put(String.valueOf(key), item));
      StringJoiner entries = new StringJoiner(",", "{", "}");
      sorted.forEach((key, item) -> entries.add(quote(key) + ":" + json(item)));
      return entries.toString();
    }
    if (value instanceof scala.collection.Iterable<?> list) {
      StringJoiner items = new StringJoiner(",", "[", "]");
      CollectionConverters.asJava((scala.collection.Iterable<?>) list).forEach(item -> items.add(json(item)));
      return items.toString();
    }
    return quote(value.toString());
  }

  /** The evaluated decisions: id, inputs, and the matched rules with their outputs. */
  static String trace(Audit.AuditLog log) {
    StringJoiner entries = new StringJoiner(",", "[", "]");
    CollectionConverters.asJava(log.entries()).forEach(entry -> {
      StringJoiner inputs = new StringJoiner(",", "[", "]");
      StringJoiner rules = new StringJoiner(",", "[", "]");
      if (entry.result() instanceof Audit.DecisionTableEvaluationResult table) {
        CollectionConverters.asJava(table.inputs()).forEach(input -> inputs.add(
            "{\"id\":" + quote(input.input().id()) + ",\"name\":" + quote(input.input().name()) + ",\"value\":" + json(input.value()) + "}"));
        CollectionConverters.asJava(table.matchedRules()).forEach(rule -> {
          StringJoiner outputs = new StringJoiner(",", "[", "]");
          CollectionConverters.asJava(rule.outputs()).forEach(output -> outputs.add(
              "{\"id\":" + quote(output.output().id()) + ",\"name\":" + quote(output.output().name()) + ",\"value\":" + json(output.value()) + "}"));
          rules.add("{\"id\":" + quote(rule.rule().id()) + ",\"outputs\":" + outputs + "}");
        });
      }
      String result = json(entry.result().result());
      entries.add("{\"id\":" + quote(entry.id()) + ",\"name\":" + quote(entry.name()) + ",\"inputs\":" + inputs + ",\"rules\":" + rules + ",\"output\":" + result + "}");
    });
    return entries.toString();
  }

  static String decode(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked")
  static String answer(DmnEngine engine, FeelEngineApi feel, String line) {
    String[] parts = line.split("\t", -1);
    InputStream file = new ByteArrayInputStream(Base64.getDecoder().decode(parts[0]));
    Either<DmnEngine.Failure, ParsedDmn> parsed = engine.parse(file);
    if (parsed.isLeft()) return "{\"refused\":" + quote(parsed.swap().toOption().get().message()) + "}";
    Object given = feel.evaluateExpression(decode(parts[2]), new HashMap<>()).result();
    if (given instanceof scala.collection.Map<?, ?> map) given = CollectionConverters.asJava((scala.collection.Map<?, ?>) map);
    Map<String, Object> variables = new HashMap<>((Map<String, Object>) given);
    Either<DmnEngine.EvalFailure, DmnEngine.EvalResult> result =
        engine.eval(parsed.toOption().get(), decode(parts[1]), variables);
    if (result.isLeft()) {
      DmnEngine.EvalFailure failure = result.swap().toOption().get();
      return "{\"failed\":" + quote(failure.failure().message()) + ",\"trace\":" + trace(failure.auditLog()) + "}";
    }
    // The log has the result as a FEEL value, which the engine converts to a Java object.
    Audit.AuditLog log = result.toOption().get().auditLog();
    return "{\"value\":" + json(log.entries().last().result().result()) + ",\"trace\":" + trace(log) + "}";
  }

  public static void main(String[] args) throws Exception {
    ZonedDateTime now = Instant.parse("2026-01-02T03:04:05Z").atZone(ZoneId.of("Z"));
    DmnEngine engine = new DmnEngine.Builder().clock(() -> now).build();
    FeelEngineApi feel = FeelEngineBuilder.forJava().withClock(() -> now).build();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    PrintStream answers = new PrintStream(System.out, false, "US-ASCII");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String found;
      try {
        found = answer(engine, feel, line);
      } catch (Throwable error) {
        found = "{\"crashed\":" + quote(String.valueOf(error)) + "}";
      }
      answers.println(found);
      answers.flush();
    }
  }
}
