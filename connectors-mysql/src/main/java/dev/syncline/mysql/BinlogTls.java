package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.network.SSLMode;
import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Encrypts the connection of a binlog client as {@link MySqlTls} says, with any TLS version. */
final class BinlogTls implements SSLSocketFactory {
  private final MySqlTls tls;
  private final String host;

  /**
   * What a server is spoken to by.
   *
   * @param host the server as the user names it, which its certificate must name too
   */
  BinlogTls(MySqlTls tls, String host) {
    this.tls = tls;
    this.host = host;
  }

  /**
   * The client library's word for the mode. The library would look for the name that the server's
   * address has in DNS, so names are verified here.
   */
  SSLMode mode() {
    return switch (tls.mode()) {
      case DISABLED -> SSLMode.DISABLED;
      case PREFERRED -> SSLMode.PREFERRED;
      case REQUIRED -> SSLMode.REQUIRED;
      case VERIFY_CA, VERIFY_IDENTITY -> SSLMode.VERIFY_CA;
    };
  }

  @Override
  public SSLSocket createSocket(Socket socket) throws SocketException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      init(context);
      SSLSocket encrypted =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
      if (tls.mode() == MySqlTls.Mode.VERIFY_IDENTITY) {
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
      }
      return encrypted;
    } catch (GeneralSecurityException | IOException e) {
      SocketException failure = new SocketException(e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  private void init(SSLContext context) throws GeneralSecurityException {
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
