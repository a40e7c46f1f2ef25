package dev.syncline.redis;

import dev.syncline.JobRun;
import dev.syncline.TransientException;

/** Opens the connections of a sink. Immutable. */
record SinkConnections(RedisEndpoint endpoint, SinkSettings settings) {

  /** Connects to the server that is to be written to. */
  RespConnection open() {
    return endpoint.open();
  }

  /** Connects and makes the connection one of a run. */
  RespConnection join(JobRun run) {
    RespConnection connection = open();
    boolean joined = false;
    try {
      settings.records().join(connection, run);
      joined = true;
      return connection;
    } finally {
      if (!joined) {
        connection.close();
      }
    }
  }

  /**
   * Looks whether a connection was lost because another run has taken over.
   *
   * @throws dev.syncline.OwnershipLostException if so
   */
  void confirm(JobRun run, TransientException lost) {
    try (RespConnection connection = open()) {
      settings.records().select(connection, run);
      settings.records().confirm(connection, run);
    } catch (TransientException e) {
      lost.addSuppressed(e);
    }
  }
}
