package dev.syncline.mysql;

import dev.syncline.change.TableDefinition;
import java.util.Optional;

/**
 * A table of a model.
 *
 * @param model empty if its definition has no notes that are understood
 */
record KnownTable(TableDefinition definition, Optional<TableModel> model) {}
