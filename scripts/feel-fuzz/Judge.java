import java.io.BufferedReader;
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
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import org.camunda.feel.FeelEngineClock;
import org.camunda.feel.api.EvaluationResult;
import org.camunda.feel.api.FeelEngineApi;
import org.camunda.feel.api.FeelEngineBuilder;
import org.camunda.feel.api.ParseResult;
import org.camunda.feel.syntaxtree.Val;
import org.camunda.feel.valuemapper.JavaCustomValueMapper;
import scala.jdk.javaapi.CollectionConverters;

/** Answers each line, an expression or unary tests in base64 behind a letter, with one line of JSON. */
public class Judge {
  /** Keeps temporal values, ranges and functions as the texts that FEEL has for them. */
  static class Texts extends JavaCustomValueMapper {
    public Optional<Val> toValue(Object value, Function<Object, Val> inner) {
      return Optional.empty();
    }

    public Optional<Object> unpackValue(Val value, Function<Val, Object> inner) {
      String kind = value.getClass().getSimpleName();
      boolean isText = kind.contains("Date") || kind.contains("Time") || kind.contains("Duration");
      if (isText || kind.equals("ValRange")) return Optional.of(value.toString());
      return kind.equals("ValFunction") ? Optional.of("<function>") : Optional.empty();
    }

    public int priority() {
      return 10;
    }
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char sign : text.toCharArray()) {
      if (sign < 32 || sign > 126 || sign == '"' || sign == '\\') quoted.append(String.format("\\u%04x", (int) sign));
      else quoted.append(sign);
    }
    return quoted.append('"').toString();
  }

  static String json(Object value) {
    if (value instanceof scala.collection.Map<?, ?> map) value = CollectionConverters.asJava((scala.collection.Map<?, ?>) map);
    else if (value instanceof scala.collection.Iterable<?> list) value = CollectionConverters.asJava((scala.collection.Iterable<?>) list);
    else if (value instanceof scala.math.BigDecimal number) value = number.bigDecimal();
    if (value == null || value instanceof Boolean) return String.valueOf(value);
    if (value instanceof Number number) {
      BigDecimal decimal = new BigDecimal(number.toString());
      return Math.abs(decimal.precision() - decimal.scale()) > 400 ? "null" : decimal.toString();
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner entries = new StringJoiner(",", "{", "}");
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, item) -> sorted.put(String.valueOf(key), item));
      sorted.forEach((key, item) -> entries.add(quote(key) + ":" + json(item)));
      return entries.toString();
    }
    if (value instanceof Iterable<?> list) {
      StringJoiner items = new StringJoiner(",", "[", "]");
      list.forEach(item -> items.add(json(item)));
      return items.toString();
    }
    return quote(value.toString());
  }

  static String answer(FeelEngineApi engine, String line) {
    boolean isTest = line.charAt(0) == 't';
    String text = new String(Base64.getDecoder().decode(line.substring(1)), StandardCharsets.UTF_8);
    ParseResult parsed = isTest ? engine.parseUnaryTests(text) : engine.parseExpression(text);
    if (parsed.isFailure()) return "{\"refused\":true}";
    Map<String, Object> variables = new HashMap<>();
    if (isTest) variables.put("cellInput", 5);
    EvaluationResult result = engine.evaluate(parsed.parsedExpression(), variables);
    return result.isFailure() ? "{\"failed\":true}" : "{\"value\":" + json(result.result()) + "}";
  }

  public static void main(String[] args) throws Exception {
    ZonedDateTime now = Instant.parse("2026-01-02T03:04:05Z").atZone(ZoneId.of("Z"));
    FeelEngineClock clock = () -> now;
    FeelEngineApi engine = FeelEngineBuilder.forJava().withCustomValueMapper(new Texts()).withClock(clock).build();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    PrintStream answers = new PrintStream(System.out, false, "US-ASCII");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String found;
      try {
        found = answer(engine, line);
      } catch (Throwable error) {
        found = "{\"failed\":true}";
      }
      answers.println(found);
      answers.flush();
    }
  }
}
