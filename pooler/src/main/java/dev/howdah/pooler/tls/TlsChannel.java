package dev.howdah.pooler.tls;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** What can be said of a connection that may be encrypted. */
public final class TlsChannel {

  private TlsChannel() {}

  /** Version and cipher suite, as the console shows them; empty without encryption. Any thread. */
  public static String describe(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      return "";
    }
    SSLSession session = handler.engine().getSession();
    return session.getProtocol() + "/" + session.getCipherSuite();
  }

  /** Whether a failure is that of the network or of the other side, and not a bug of ours. */
  public static boolean isOfConnection(Throwable failure) {
    return failure instanceof IOException
        || (failure instanceof DecoderException && failure.getCause() instanceof SSLException);
  }
}
