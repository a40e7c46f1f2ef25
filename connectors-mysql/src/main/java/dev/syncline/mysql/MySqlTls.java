package dev.syncline.mysql;

import dev.syncline.setting.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How connections to a MySQL server are encrypted. Immutable. */
public final class MySqlTls {
  private final Mode mode;
  private final @Nullable Path trustStore;
  private final @Nullable Secret trustStorePassword;

  private MySqlTls(Mode mode, @Nullable Path trustStore, @Nullable Secret trustStorePassword) {
    this.mode = mode;
    this.trustStore = trustStore;
    this.trustStorePassword = trustStorePassword;
  }

  /** What is demanded of a connection. */
  enum Mode {
    DISABLED,
    PREFERRED,
    REQUIRED,
    VERIFY_CA,
    VERIFY_IDENTITY
  }

  /** Plain connections. */
  public static MySqlTls disabled() {
    return new MySqlTls(Mode.DISABLED, null, null);
  }

  /**
   * Encrypted connections if the server offers them, else plain ones. No certificate is checked.
   */
  public static MySqlTls preferred() {
    return new MySqlTls(Mode.PREFERRED, null, null);
  }

  /** Encrypted connections only. No certificate is checked. */
  public static MySqlTls required() {
    return new MySqlTls(Mode.REQUIRED, null, null);
  }

  /**
   * Encrypted connections to servers whose certificate a trusted authority has signed. Trusted are
   * the authorities of the Java runtime, or those of {@link #trusting}.
   */
  public static MySqlTls verifyCa() {
    return new MySqlTls(Mode.VERIFY_CA, null, null);
  }

  /** Like {@link #verifyCa}, and the certificate must name the host that is connected to. */
  public static MySqlTls verifyIdentity() {
    return new MySqlTls(Mode.VERIFY_IDENTITY, null, null);
  }

  /**
   * The same, trusting the authorities in a key store (PKCS #12 or JKS) of one's own.
   *
   * @throws IllegalStateException if certificates are not checked, or a store was given before
   * @throws IllegalArgumentException if there is no such file
   */
  public MySqlTls trusting(Path store, String password) {
    Objects.requireNonNull(password, "password");
    if (mode.compareTo(Mode.VERIFY_CA) < 0) {
      throw new IllegalStateException(
          "A trust store is of no use in mode '%s', which checks no certificate.".formatted(mode));
    }
    if (trustStore != null) {
      throw new IllegalStateException("The trust store is given twice.");
    }
    if (!Files.isRegularFile(Objects.requireNonNull(store, "store"))) {
      throw new IllegalArgumentException("There is no trust store '" + store + "'.");
    }
    return new MySqlTls(mode, store, new Secret(password));
  }

  Mode mode() {
    return mode;
  }

  Optional<Path> trustStore() {
    return Optional.ofNullable(trustStore);
  }

  /** Present together with the trust store. */
  Optional<Secret> trustStorePassword() {
    return Optional.ofNullable(trustStorePassword);
  }

  /** The mode. */
  @Override
  public String toString() {
    return mode.name();
  }
}
