package dev.howdah.pooler.server;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.WireText;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendType;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement of ours that a server has been sent and has not answered yet.
 *
 * <p>Its kinds differ in when their answer is cut from what the client sees and when we act on it:
 * one that runs alone; one with a client's messages right behind it, which must be acted on before
 * anything behind it is relayed; and a barrier, whose answer begins with EmptyQueryResponse, while
 * what comes before still is the client's.
 */
final class OwnStatement {
  private final String name;
  private final Kind kind;
  private final OnAnswer onAnswer;
  private final List<List<@Nullable String>> rows = new ArrayList<>();
  private boolean hidden;
  private @Nullable ErrorFields error;

  enum Kind {
    /** Nothing else is asked before it is answered. */
    ALONE,
    /** As {@link #ALONE}, and its rows are wanted. */
    QUESTION,
    /** What the client asks comes right behind it. */
    BEFORE_CLIENT,
    /** It comes behind what the client asked. */
    BARRIER,
    /** A BEGIN that the client comes right behind; its answer ends with CommandComplete. */
    BEGIN
  }

  /** What to do when it has been answered. */
  @FunctionalInterface
  interface OnAnswer {
    /** The ReadyForQuery came; {@code error} is the first error before it, if any. */
    void answered(@Nullable ErrorFields error, List<List<@Nullable String>> rows);
  }

  /**
   * A statement about to be sent.
   *
   * @param name for log lines
   */
  OwnStatement(String name, Kind kind, OnAnswer onAnswer) {
    this.name = name;
    this.kind = kind;
    this.onAnswer = onAnswer;
    this.hidden = kind != Kind.BARRIER;
  }

  String name() {
    return name;
  }

  Kind kind() {
    return kind;
  }

  /** Whether what the server sends now answers this. */
  boolean isHidden() {
    return hidden;
  }

  /** The answer to a barrier begins. */
  void hide() {
    hidden = true;
  }

  /** Keeps the first error of the answer. */
  void onError(ErrorFields reported) {
    if (error == null) {
      error = reported;
    }
  }

  /** Keeps a row of the answer. */
  void onRow(ByteBuf body) {
    if (BackendMessage.decode(BackendType.DATA_ROW, body) instanceof DataRow(var values)) {
      List<@Nullable String> row = new ArrayList<>(values.size());
      for (Bytes value : values) {
        row.add(value == null ? null : WireText.decode(value.toArray()));
      }
      rows.add(row);
    }
  }

  void answer() {
    onAnswer.answered(error, rows);
  }
}
