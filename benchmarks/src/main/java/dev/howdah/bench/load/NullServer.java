package dev.howdah.bench.load;

import dev.howdah.pooler.listen.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A PostgreSQL server that does nothing, on one event loop. It lets everybody in, keeps track of
 * BEGIN, COMMIT and ROLLBACK, answers {@code BULK rows width}, {@code COPY out rows width} and
 * {@code COPY in}, and every other statement with one row.
 *
 * <p>Prints one line when it listens. Ends when its standard input ends, so that it never outlives
 * who started it.
 */
@Command(name = "null-server", description = "A PostgreSQL server that does nothing.")
public final class NullServer implements Callable<Integer> {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 << 10, 512 << 10);

  @Option(names = "--port", required = true, description = "Port on 127.0.0.1.")
  private int port;

  @Option(names = "--socket-dir", description = "Also listen on the socket file of that port here.")
  private @Nullable Path socketDirectory;

  /** The program; see {@code --help}. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new NullServer()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Transport transport = Transports.best();
    EventLoopGroup loop = transport.newGroup(1);
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      listen(transport, loop, false, new InetSocketAddress(loopback, port));
      if (socketDirectory != null) {
        Path file = socketDirectory.resolve(".s.PGSQL." + port);
        listen(transport, loop, true, transport.unixAddress(file.toString()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
      System.out.println("listening on port " + port + " by " + transport);
      System.in.transferTo(OutputStream.nullOutputStream());
      return 0;
    } finally {
      loop.shutdownGracefully();
    }
  }

  private static void listen(
      Transport transport, EventLoopGroup loop, boolean unixSocket, SocketAddress address) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(transport.listener(unixSocket))
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new NullSession());
                  }
                });
    if (!unixSocket) {
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
      bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
    }
    bootstrap.bind(address).syncUninterruptibly();
  }
}
