package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A conversion by a function of the application. */
record OwnConversion(ColumnType type, Function<Object, @Nullable Object> function)
    implements ValueChange {

  @Override
  public Optional<String> obstacle(ColumnType from) {
    return Optional.empty();
  }

  @Override
  public ColumnType type(ColumnType from) {
    return type;
  }

  @Override
  public boolean keepsApart(ColumnType from) {
    return false;
  }

  @Override
  public Function<Object, @Nullable Object> values(ColumnType from) {
    return value -> {
      Object result = function.apply(value);
      return result == null ? null : NormalForm.checked(type, result);
    };
  }
}
