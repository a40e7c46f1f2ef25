package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.network.DefaultSSLSocketFactory;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Encrypts the connection of a binlog client as {@link MySqlTls} says, with any TLS version. */
final class BinlogTls extends DefaultSSLSocketFactory {
  private final MySqlTls tls;

  BinlogTls(MySqlTls tls) {
    super("TLS");
    this.tls = tls;
  }

  /** The client library's word for the mode. */
  SSLMode mode() {
    return switch (tls.mode()) {
      case DISABLED -> SSLMode.DISABLED;
      case PREFERRED -> SSLMode.PREFERRED;
      case REQUIRED -> SSLMode.REQUIRED;
      case VERIFY_CA -> SSLMode.VERIFY_CA;
      case VERIFY_IDENTITY -> SSLMode.VERIFY_IDENTITY;
    };
  }

  @Override
  protected void initSSLContext(SSLContext context) throws GeneralSecurityException {
    TrustManager @Nullable [] trusted =
        switch (tls.mode()) {
          case DISABLED, PREFERRED, REQUIRED -> new TrustManager[] {new TrustsEveryone()};
          case VERIFY_CA, VERIFY_IDENTITY -> ownAuthorities();
        };
    context.init(null, trusted, null);
  }

  /** The authorities in the user's store; null for those of the Java runtime. */
  private TrustManager @Nullable [] ownAuthorities() throws GeneralSecurityException {
    Path path = tls.trustStore().orElse(null);
    if (path == null) {
      return null;
    }
    String password = tls.trustStorePassword().orElseThrow().reveal();
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    try {
      factory.init(KeyStore.getInstance(path.toFile(), password.toCharArray()));
    } catch (IOException e) {
      throw new GeneralSecurityException("The trust store '" + path + "' cannot be read.", e);
    }
    return factory.getTrustManagers();
  }

  /** What the modes that check no certificate demand of one: nothing. */
  private static final class TrustsEveryone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
