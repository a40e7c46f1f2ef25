package dev.syncline.testkit.server;

/**
 * Where a server runs: a process of this machine or a container. Used by one thread at a time.
 *
 * <p>Its data lives from the first start to the close.
 */
interface MySqlHost extends AutoCloseable {
  /** The system property that chooses between {@code embedded} and {@code docker}. */
  String PROPERTY = "syncline.servers";

  /** Prepares a server where the user wants servers to run. */
  static MySqlHost prepare(String name, MySqlRelease release, MySqlOptions options) {
    ClassPathLibraries.read();
    String choice = System.getProperty(PROPERTY, "embedded");
    return switch (choice) {
      case "embedded" -> MySqlProcess.prepare(name, release, options);
      case "docker" -> prepareContainer(name, release, options);
      default ->
          throw new ServerException(
              "System property '"
                  + PROPERTY
                  + "' is '"
                  + choice
                  + "', but must be 'embedded' or 'docker'.");
    };
  }

  private static MySqlHost prepareContainer(
      String name, MySqlRelease release, MySqlOptions options) {
    try {
      return MySqlContainer.prepare(name, release, options);
    } catch (NoClassDefFoundError e) {
      throw new ServerException(
          "Cannot start server '"
              + name
              + "' in a container: Testcontainers is missing. Add"
              + " 'org.testcontainers:testcontainers' to the test class path.",
          e);
    }
  }

  /** Starts the server and returns when it serves; the second time with the same data and port. */
  Endpoint start();

  /** Kills the server, if it runs, and returns when it is gone. */
  void kill();

  /** Its messages, the last lines only. */
  String logTail();

  /** Kills the server, if it runs, and deletes its data. */
  @Override
  void close();

  /** Where clients connect to. */
  record Endpoint(String host, int port) {}
}
