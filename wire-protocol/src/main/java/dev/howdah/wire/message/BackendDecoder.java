package dev.howdah.wire.message;

import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.field.FieldReader;
import dev.howdah.wire.message.BackendMessage.BackendKeyData;
import dev.howdah.wire.message.BackendMessage.BindComplete;
import dev.howdah.wire.message.BackendMessage.CloseComplete;
import dev.howdah.wire.message.BackendMessage.CommandComplete;
import dev.howdah.wire.message.BackendMessage.CopyBothResponse;
import dev.howdah.wire.message.BackendMessage.CopyData;
import dev.howdah.wire.message.BackendMessage.CopyDone;
import dev.howdah.wire.message.BackendMessage.CopyInResponse;
import dev.howdah.wire.message.BackendMessage.CopyOutResponse;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendMessage.EmptyQueryResponse;
import dev.howdah.wire.message.BackendMessage.ErrorResponse;
import dev.howdah.wire.message.BackendMessage.FunctionCallResponse;
import dev.howdah.wire.message.BackendMessage.NegotiateProtocolVersion;
import dev.howdah.wire.message.BackendMessage.NoData;
import dev.howdah.wire.message.BackendMessage.NoticeResponse;
import dev.howdah.wire.message.BackendMessage.NotificationResponse;
import dev.howdah.wire.message.BackendMessage.ParameterDescription;
import dev.howdah.wire.message.BackendMessage.ParameterStatus;
import dev.howdah.wire.message.BackendMessage.ParseComplete;
import dev.howdah.wire.message.BackendMessage.PortalSuspended;
import dev.howdah.wire.message.BackendMessage.ReadyForQuery;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The switch behind {@link BackendMessage#decode}, apart from the catalogue for its length. */
final class BackendDecoder {
  private BackendDecoder() {}

  static BackendMessage decode(byte type, ByteBuf body) {
    var in = new FieldReader("backend '" + (char) (type & 0xFF) + "'", body);
    BackendMessage message = decode(type, body, in);
    in.end();
    return message;
  }

  private static BackendMessage decode(byte type, ByteBuf body, FieldReader in) {
    return switch (type) {
      case BackendType.AUTHENTICATION -> Authentication.decode(body);
      case BackendType.BACKEND_KEY_DATA -> new BackendKeyData(in.int32(), secret(in, body));
      case BackendType.BIND_COMPLETE -> new BindComplete();
      case BackendType.CLOSE_COMPLETE -> new CloseComplete();
      case BackendType.COMMAND_COMPLETE -> new CommandComplete(in.string());
      case BackendType.COPY_BOTH_RESPONSE -> new CopyBothResponse(in.int8(), in.int16List());
      case BackendType.COPY_DATA -> new CopyData(in.rest());
      case BackendType.COPY_DONE -> new CopyDone();
      case BackendType.COPY_IN_RESPONSE -> new CopyInResponse(in.int8(), in.int16List());
      case BackendType.COPY_OUT_RESPONSE -> new CopyOutResponse(in.int8(), in.int16List());
      case BackendType.DATA_ROW -> new DataRow(in.nullableBytesList());
      case BackendType.EMPTY_QUERY_RESPONSE -> new EmptyQueryResponse();
      case BackendType.ERROR_RESPONSE -> new ErrorResponse(ErrorField.decodeAll(in));
      case BackendType.FUNCTION_CALL_RESPONSE -> new FunctionCallResponse(in.nullableBytes());
      case BackendType.NEGOTIATE_PROTOCOL_VERSION ->
          new NegotiateProtocolVersion(in.int32(), strings(in));
      case BackendType.NO_DATA -> new NoData();
      case BackendType.NOTICE_RESPONSE -> new NoticeResponse(ErrorField.decodeAll(in));
      case BackendType.NOTIFICATION_RESPONSE ->
          new NotificationResponse(in.int32(), in.string(), in.string());
      case BackendType.PARAMETER_DESCRIPTION -> new ParameterDescription(in.int32List());
      case BackendType.PARAMETER_STATUS -> new ParameterStatus(in.string(), in.string());
      case BackendType.PARSE_COMPLETE -> new ParseComplete();
      case BackendType.PORTAL_SUSPENDED -> new PortalSuspended();
      case BackendType.READY_FOR_QUERY -> new ReadyForQuery(TransactionStatus.fromCode(in.int8()));
      case BackendType.ROW_DESCRIPTION -> RowDescription.decode(in);
      default -> throw new ProtocolViolation("invalid backend message type " + (type & 0xFF));
    };
  }

  private static CancelSecret secret(FieldReader in, ByteBuf body) {
    if (!CancelSecret.isValidLength(body.readableBytes())) {
      throw new ProtocolViolation("a cancel secret has 4 to 256 bytes");
    }
    return new CancelSecret(in.rest());
  }

  private static List<String> strings(FieldReader in) {
    int count = in.count32(1);
    List<String> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      strings.add(in.string());
    }
    return strings;
  }
}
