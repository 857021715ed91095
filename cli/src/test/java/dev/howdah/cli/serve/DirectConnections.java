package dev.howdah.cli.serve;

import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pools nothing: sends clients straight to the server of the first database in the file. It is the
 * baseline that a pooler is compared with.
 */
public final class DirectConnections implements PoolerLauncher {

  private static final Pattern SERVER = Pattern.compile("host=(\\S+) port=([0-9]+)");

  @Override
  public RunningPooler launch(Path configuration) throws LaunchException {
    try {
      Matcher server = SERVER.matcher(Files.readString(configuration));
      if (!server.find()) {
        throw new LaunchException(configuration + " names no database with host and port");
      }
      return new Direct(new Endpoint(server.group(1), Integer.parseInt(server.group(2))));
    } catch (IOException e) {
      throw new LaunchException("cannot read " + configuration + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean sharesServerConnections() {
    return false;
  }

  private record Direct(Endpoint endpoint) implements RunningPooler {

    @Override
    public Snapshot snapshot() {
      return new Snapshot(0, 0, 0);
    }

    @Override
    public void close() {}
  }
}
