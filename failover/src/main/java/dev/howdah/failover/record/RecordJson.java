package dev.howdah.failover.record;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Lsn;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Records as JSON objects: names in snake_case, WAL positions as PostgreSQL prints them, and a
 * member {@code format} with the version of the form. A version that changes the meaning of a
 * record raises it, and older processes then refuse to read it rather than to act on half of it.
 */
public final class RecordJson {

  /** The form that this version writes, and the newest it reads. */
  public static final int FORMAT = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          // Only components: isUnixSocket() of an Endpoint is no part of it.
          .changeDefaultVisibility(
              visibility -> visibility.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(new LsnWriter())
                  .addDeserializer(Lsn.class, new LsnReader())
                  .addSerializer(new EpochWriter())
                  .addDeserializer(Epoch.class, new EpochReader()))
          .build();

  private RecordJson() {}

  /** {@code value} as one line of JSON. */
  public static String write(Record value) {
    ObjectNode tree = MAPPER.createObjectNode().put("format", FORMAT);
    tree.setAll((ObjectNode) MAPPER.valueToTree(value));
    return MAPPER.writeValueAsString(tree);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param key for messages
   * @throws UnreadableRecordException if a newer version wrote it, or it is something else
   */
  public static <T extends Record> T read(String key, String json, Class<T> type) {
    try {
      if (!(MAPPER.readTree(json) instanceof ObjectNode tree)) {
        throw UnreadableRecordException.malformed(key, "not a JSON object");
      }
      JsonNode format = tree.remove("format");
      if (format == null || !format.isInt()) {
        throw UnreadableRecordException.malformed(key, "no format version");
      }
      if (format.intValue() > FORMAT) {
        throw UnreadableRecordException.newer(key, format.intValue(), FORMAT);
      }
      return MAPPER.treeToValue(tree, type);
    } catch (JacksonException e) {
      throw UnreadableRecordException.malformed(key, e.getOriginalMessage());
    }
  }

  private static final class LsnWriter extends StdSerializer<Lsn> {
    LsnWriter() {
      super(Lsn.class);
    }

    @Override
    public void serialize(Lsn value, JsonGenerator out, SerializationContext context) {
      out.writeString(value.toString());
    }
  }

  private static final class LsnReader extends StdDeserializer<Lsn> {
    LsnReader() {
      super(Lsn.class);
    }

    @Override
    public Lsn deserialize(JsonParser in, DeserializationContext context) {
      return Lsn.parse(in.getString());
    }
  }

  private static final class EpochWriter extends StdSerializer<Epoch> {
    EpochWriter() {
      super(Epoch.class);
    }

    @Override
    public void serialize(Epoch value, JsonGenerator out, SerializationContext context) {
      out.writeNumber(value.value());
    }
  }

  private static final class EpochReader extends StdDeserializer<Epoch> {
    EpochReader() {
      super(Epoch.class);
    }

    @Override
    public Epoch deserialize(JsonParser in, DeserializationContext context) {
      return new Epoch(in.getLongValue());
    }
  }
}
