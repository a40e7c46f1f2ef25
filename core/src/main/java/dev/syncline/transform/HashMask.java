package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import dev.syncline.change.ValueKind;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A keyed hash in hexadecimal digits. All 256 bits of it are kept: of so many no two values of a
 * table will ever share one, so that keys can be masked.
 */
final class HashMask implements ValueChange {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int LEAST_SALT_BYTES = 16;

  /** Hexadecimal digits need no more, and indexes over them stay small. */
  private static final ColumnType TYPE =
      new ColumnType(ValueKind.TEXT, "varchar(64)", "ascii", "ascii_bin");

  /** One for each thread of the job, since they cannot be shared. */
  private final ThreadLocal<Mac> macs;

  HashMask(byte[] salt) {
    if (salt.length < LEAST_SALT_BYTES) {
      throw new IllegalArgumentException(
          "A salt must have at least %d bytes; got %d.".formatted(LEAST_SALT_BYTES, salt.length));
    }
    this.macs = ThreadLocal.withInitial(() -> mac(salt));
  }

  private static Mac mac(byte[] salt) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(salt, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM + ".", e);
    }
  }

  @Override
  public Optional<String> obstacle(ColumnType from) {
    return Optional.empty();
  }

  @Override
  public ColumnType type(ColumnType from) {
    return TYPE;
  }

  @Override
  public boolean keepsApart(ColumnType from) {
    return true;
  }

  @Override
  public Function<Object, @Nullable Object> values(ColumnType from) {
    HexFormat hex = HexFormat.of();
    return value -> hex.formatHex(macs.get().doFinal(PrintedValue.toHash(value)));
  }
}
