package dev.syncline;

import dev.syncline.change.TableChange;

/** A source of tables whose structure and existing rows can be read beside its streams. */
public interface TableSource extends Source<TableChange> {

  @Override
  TableSourceSession open(SourceScope<TableChange> scope);
}
