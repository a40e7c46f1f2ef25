package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps some characters at both ends of a text. */
record PartialMask(int first, int last) implements ValueChange {

  @Override
  public Optional<String> obstacle(ColumnType from) {
    return from.kind() == ValueKind.TEXT
        ? Optional.empty()
        : Optional.of(
            "its type '%s' is no text; convert it to text first, or use another mask"
                .formatted(from.nativeType()));
  }

  @Override
  public ColumnType type(ColumnType from) {
    return from;
  }

  @Override
  public boolean keepsApart(ColumnType from) {
    return false;
  }

  @Override
  public Function<Object, @Nullable Object> values(ColumnType from) {
    return value -> masked((String) value);
  }

  private String masked(String text) {
    int[] characters = text.codePoints().toArray();
    boolean shows = characters.length > (long) first + last;
    int from = shows ? first : 0;
    int to = shows ? characters.length - last : characters.length;
    for (int i = from; i < to; i++) {
      characters[i] = '*';
    }
    return new String(characters, 0, characters.length);
  }
}
