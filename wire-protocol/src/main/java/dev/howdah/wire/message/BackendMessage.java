package dev.howdah.wire.message;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.FieldWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message from the server; names and field order as in the PostgreSQL docs, "Message Formats".
 * For login, the admin console and tests; query results are relayed without becoming records.
 * Strings keep bytes of any encoding (see {@link dev.howdah.wire.field.WireText}).
 */
public sealed interface BackendMessage
    permits Authentication,
        BackendMessage.BackendKeyData,
        BackendMessage.BindComplete,
        BackendMessage.CloseComplete,
        BackendMessage.CommandComplete,
        BackendMessage.CopyBothResponse,
        BackendMessage.CopyData,
        BackendMessage.CopyDone,
        BackendMessage.CopyInResponse,
        BackendMessage.CopyOutResponse,
        BackendMessage.DataRow,
        BackendMessage.EmptyQueryResponse,
        BackendMessage.ErrorResponse,
        BackendMessage.FunctionCallResponse,
        BackendMessage.NegotiateProtocolVersion,
        BackendMessage.NoData,
        BackendMessage.NoticeResponse,
        BackendMessage.NotificationResponse,
        BackendMessage.ParameterDescription,
        BackendMessage.ParameterStatus,
        BackendMessage.ParseComplete,
        BackendMessage.PortalSuspended,
        BackendMessage.ReadyForQuery,
        RowDescription {

  /** The byte that announces this message. */
  byte type();

  /** Appends the body only. Throws {@link IllegalArgumentException} for a NUL inside a string. */
  default void encodeBody(ByteBuf out) {}

  /** Appends the whole message: type, length and body. */
  default void encode(ByteBuf out) {
    FieldWriter.message(out, type(), this::encodeBody);
  }

  /**
   * Reads one message.
   *
   * @param body exactly the body; read to its end, not released
   * @throws ProtocolViolation if the type is unknown or the body does not fit it
   */
  static BackendMessage decode(byte type, ByteBuf body) {
    return BackendDecoder.decode(type, body);
  }

  /** The key that a CancelRequest for this connection must show. */
  record BackendKeyData(int processId, CancelSecret secret) implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.BACKEND_KEY_DATA;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeInt(processId);
      secret.writeTo(out);
    }
  }

  /** Bind succeeded. */
  record BindComplete() implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.BIND_COMPLETE;
    }
  }

  /** Close succeeded. */
  record CloseComplete() implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.CLOSE_COMPLETE;
    }
  }

  /** A command is done; the tag names it, for example {@code INSERT 0 1}. */
  record CommandComplete(String tag) implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.COMMAND_COMPLETE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, tag);
    }
  }

  /** A stream in both directions begins: physical replication. */
  record CopyBothResponse(byte overallFormat, List<Integer> columnFormats)
      implements BackendMessage {
    public CopyBothResponse {
      columnFormats = List.copyOf(columnFormats);
    }

    @Override
    public byte type() {
      return BackendType.COPY_BOTH_RESPONSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeByte(overallFormat);
      FieldWriter.int16List(out, columnFormats);
    }
  }

  /** A piece of a COPY stream; the server sends one row in each. */
  record CopyData(Bytes data) implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.COPY_DATA;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      data.writeTo(out);
    }
  }

  /** The COPY stream is complete. */
  record CopyDone() implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.COPY_DONE;
    }
  }

  /** The server waits for a COPY stream. */
  record CopyInResponse(byte overallFormat, List<Integer> columnFormats) implements BackendMessage {
    public CopyInResponse {
      columnFormats = List.copyOf(columnFormats);
    }

    @Override
    public byte type() {
      return BackendType.COPY_IN_RESPONSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeByte(overallFormat);
      FieldWriter.int16List(out, columnFormats);
    }
  }

  /** The server begins a COPY stream. */
  record CopyOutResponse(byte overallFormat, List<Integer> columnFormats)
      implements BackendMessage {
    public CopyOutResponse {
      columnFormats = List.copyOf(columnFormats);
    }

    @Override
    public byte type() {
      return BackendType.COPY_OUT_RESPONSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeByte(overallFormat);
      FieldWriter.int16List(out, columnFormats);
    }
  }

  /** One row; a null value is SQL NULL. */
  record DataRow(List<@Nullable Bytes> values) implements BackendMessage {
    public DataRow {
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    @Override
    public byte type() {
      return BackendType.DATA_ROW;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.nullableBytesList(out, values);
    }
  }

  /** The query string was empty; takes the place of CommandComplete. */
  record EmptyQueryResponse() implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.EMPTY_QUERY_RESPONSE;
    }
  }

  /** An error with all its fields; {@link ErrorFields} is the shorter way to send our own. */
  record ErrorResponse(List<ErrorField> fields) implements BackendMessage {
    public ErrorResponse {
      fields = List.copyOf(fields);
    }

    /** The fields that people and programs act upon. */
    public ErrorFields summary() {
      return ErrorField.summaryOf(fields);
    }

    @Override
    public byte type() {
      return BackendType.ERROR_RESPONSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      ErrorField.encodeAll(fields, out);
    }
  }

  /** The result of a FunctionCall; null is SQL NULL. */
  record FunctionCallResponse(@Nullable Bytes value) implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.FUNCTION_CALL_RESPONSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.nullableBytes(out, value);
    }
  }

  /**
   * The server speaks an older minor version than asked for, or does not know some {@code _pq_.}
   * options.
   *
   * @param protocolVersion what will be spoken, {@code major << 16 | minor}
   */
  record NegotiateProtocolVersion(int protocolVersion, List<String> unrecognizedOptions)
      implements BackendMessage {
    public NegotiateProtocolVersion {
      unrecognizedOptions = List.copyOf(unrecognizedOptions);
    }

    @Override
    public byte type() {
      return BackendType.NEGOTIATE_PROTOCOL_VERSION;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeInt(protocolVersion);
      out.writeInt(unrecognizedOptions.size());
      for (String option : unrecognizedOptions) {
        FieldWriter.string(out, option);
      }
    }
  }

  /** The described statement or portal returns no rows. */
  record NoData() implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.NO_DATA;
    }
  }

  /** A notice with all its fields. */
  record NoticeResponse(List<ErrorField> fields) implements BackendMessage {
    public NoticeResponse {
      fields = List.copyOf(fields);
    }

    /** The fields that people and programs act upon. */
    public ErrorFields summary() {
      return ErrorField.summaryOf(fields);
    }

    @Override
    public byte type() {
      return BackendType.NOTICE_RESPONSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      ErrorField.encodeAll(fields, out);
    }
  }

  /** A NOTIFY arrived; {@code processId} is that of the notifying server process. */
  record NotificationResponse(int processId, String channel, String payload)
      implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.NOTIFICATION_RESPONSE;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeInt(processId);
      FieldWriter.string(out, channel);
      FieldWriter.string(out, payload);
    }
  }

  /** The parameter types of a described statement. */
  record ParameterDescription(List<Integer> typeOids) implements BackendMessage {
    public ParameterDescription {
      typeOids = List.copyOf(typeOids);
    }

    @Override
    public byte type() {
      return BackendType.PARAMETER_DESCRIPTION;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.int32List(out, typeOids);
    }
  }

  /** The value of a setting that the server reports, now and whenever it changes. */
  record ParameterStatus(String name, String value) implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.PARAMETER_STATUS;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      FieldWriter.string(out, name);
      FieldWriter.string(out, value);
    }
  }

  /** Parse succeeded. */
  record ParseComplete() implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.PARSE_COMPLETE;
    }
  }

  /** Execute reached its row limit; the portal has more. */
  record PortalSuspended() implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.PORTAL_SUSPENDED;
    }
  }

  /** The server waits for the next command. */
  record ReadyForQuery(TransactionStatus status) implements BackendMessage {
    @Override
    public byte type() {
      return BackendType.READY_FOR_QUERY;
    }

    @Override
    public void encodeBody(ByteBuf out) {
      out.writeByte(status.code());
    }
  }
}
