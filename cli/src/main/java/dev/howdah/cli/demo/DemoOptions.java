package dev.howdah.cli.demo;

/**
 * What the demo should show.
 *
 * @param seconds how long; 0 means until told to stop
 * @param clients client connections, 1 to 5000
 * @param servers server connections they share, 1 to 200
 * @param port where to look first for a free port for the pooler
 */
public record DemoOptions(int seconds, int clients, int servers, int port) {

  public DemoOptions {
    require(seconds, 0, 86_400, "--seconds");
    require(clients, 1, 5_000, "--clients");
    require(servers, 1, 200, "--servers");
    require(port, 1, 65_535, "--port");
  }

  private static void require(int value, int min, int max, String option) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + " " + value + " is not between " + min + " and " + max);
    }
  }
}
