package dev.howdah.pooler.server;

import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;

/**
 * What a server reports of its parameters, ready to be told to clients. {@code application_name} is
 * kept apart, because it differs from client to client.
 */
public final class ParameterReport {
  /** The parameter kept apart. */
  public static final String APPLICATION_NAME = "application_name";

  private final byte[] messages;
  private final String applicationName;

  /** A report of these parameters, under PostgreSQL's spelling of their names. */
  public ParameterReport(Map<String, String> parameters) {
    ByteBuf out = Unpooled.buffer(512);
    parameters.forEach((name, value) -> {
      if (!name.equals(APPLICATION_NAME)) {
        new ParameterStatus(name, value).encode(out);
      }
    });
    this.messages = ByteBufUtil.getBytes(out);
    this.applicationName = parameters.getOrDefault(APPLICATION_NAME, "");
  }

  /** The application name as reported. */
  public String applicationName() {
    return applicationName;
  }

  /** Appends a ParameterStatus for every parameter, with this application name. */
  public void write(ByteBuf out, String newApplicationName) {
    out.writeBytes(messages);
    new ParameterStatus(APPLICATION_NAME, newApplicationName).encode(out);
  }
}
