package dev.howdah.wire.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.howdah.wire.error.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A message that announces much and brings little must not cost memory. */
class AllocationTest {
  private static final long BYTES_MAX = 32 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static IntStream types() {
    return IntStream.range(0x20, 0x7F);
  }

  @ParameterizedTest(name = "type {0}")
  @MethodSource("types")
  void announced_lengths_are_not_allocated(int type) {
    long most = 0;
    for (int offset = 0; offset < 12; offset++) {
      ByteBuf body = hostileBody(offset);
      decodeBoth((byte) type, body); // loads classes
      long before = THREADS.getCurrentThreadAllocatedBytes();
      decodeBoth((byte) type, body);
      most = Math.max(most, THREADS.getCurrentThreadAllocatedBytes() - before);
    }

    assertThat(most).isLessThan(BYTES_MAX);
  }

  /** Some zeroes, which may be strings or codes, and then nothing but large numbers. */
  private static ByteBuf hostileBody(int zeroes) {
    ByteBuf body = Unpooled.buffer();
    body.writeZero(zeroes);
    for (int i = 0; i < 8; i++) {
      body.writeInt(0x7FFFFFFF);
    }
    return body;
  }

  private static void decodeBoth(byte type, ByteBuf body) {
    try {
      FrontendMessage.decode(type, body.duplicate());
    } catch (ProtocolViolation expected) {
      assertThat(expected.getStackTrace()).isEmpty();
    }
    try {
      BackendMessage.decode(type, body.duplicate());
    } catch (ProtocolViolation expected) {
      assertThat(expected.getStackTrace()).isEmpty();
    }
  }
}
