package dev.syncline.mysql;

import dev.syncline.SinkWriter;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.List;

/** Writes each batch in a transaction, without recording how far it has come. */
final class MySqlSinkWriter implements SinkWriter<TableChange> {

  private final RowSession session;

  MySqlSinkWriter(SinkSession session, WriteLimits limits) {
    this.session = new RowSession(session, limits);
  }

  @Override
  public void write(ChangeBatch<TableChange> batch) throws InterruptedException {
    List<TableChange> changes = new ArrayList<>();
    for (TransactionPart<TableChange> part : batch.parts()) {
      changes.addAll(part.changes());
    }
    session.begin(connection -> {});
    session.run("write changes", (connection, applier) -> applier.apply(changes));
    session.commit();
  }

  @Override
  public void close() {
    session.close();
  }
}
