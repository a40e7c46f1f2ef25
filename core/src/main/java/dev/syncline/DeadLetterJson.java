package dev.syncline;

import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints dead letters as JSON. */
final class DeadLetterJson {

  private static final char FIRST_PRINTABLE = ' ';

  private final StringBuilder json = new StringBuilder();

  private DeadLetterJson() {}

  static String of(DeadLetter letter, Instant at) {
    DeadLetterJson printed = new DeadLetterJson();
    printed.letter(letter, at);
    return printed.json.toString();
  }

  private void letter(DeadLetter letter, Instant at) {
    json.append('{');
    member("at", at.toString());
    member("job", letter.job());
    letter
        .place()
        .ifPresent(
            place -> {
              member("stream", place.stream());
              member("after", place.after());
              member("transaction", place.transaction());
            });
    if (letter.change() instanceof TableChange change) {
      member("table", change.table().source().toString());
      change(change);
    } else {
      member("change", letter.change().getClass().getSimpleName());
    }
    member("cause", letter.cause().toString());
    json.append('}');
  }

  private void change(TableChange change) {
    if (change instanceof RowInsert insert) {
      member("change", "insert");
      row("after", change.table(), insert.after());
    } else if (change instanceof RowUpdate update) {
      member("change", "update");
      row("before", change.table(), update.before());
      row("after", change.table(), update.after());
    } else if (change instanceof RowDelete delete) {
      member("change", "delete");
      row("before", change.table(), delete.before());
    } else if (change instanceof SnapshotRow snapshot) {
      member("change", "snapshot");
      row("after", change.table(), snapshot.row());
    }
  }

  /** Columns that the row lacks are left out. */
  private void row(String name, TableDefinition table, Row row) {
    name(name);
    json.append('{');
    for (int i = 0; i < row.size(); i++) {
      if (row.has(i)) {
        name(table.columns().get(i).name());
        value(row.value(i));
      }
    }
    json.append('}');
  }

  private void member(String name, String value) {
    name(name);
    text(value);
  }

  private void name(String name) {
    if (json.charAt(json.length() - 1) != '{') {
      json.append(',');
    }
    text(name);
    json.append(':');
  }

  /** Decimals are texts, since many readers of JSON would round them. */
  private void value(@Nullable Object value) {
    boolean isBinary = value instanceof Float || value instanceof Double;
    if (value == null || isBinary || value instanceof Long || value instanceof BigInteger) {
      json.append(value);
    } else if (value instanceof byte[] bytes) {
      text(Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof BigDecimal number) {
      text(number.toPlainString());
    } else if (value instanceof ImpossibleDate date) {
      text(date.literal());
    } else {
      text(value.toString());
    }
  }

  private void text(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < FIRST_PRINTABLE || Character.isSurrogate(c)) {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
