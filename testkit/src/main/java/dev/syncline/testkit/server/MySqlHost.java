package dev.syncline.testkit.server;

/**
 * Where a server runs: a process of this machine or a container. Used by one thread at a time.
 *
 * <p>Its data lives from the first start to the close.
 */
interface MySqlHost extends AutoCloseable {
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
