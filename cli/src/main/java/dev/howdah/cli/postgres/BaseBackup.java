package dev.howdah.cli.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Copies the files of a running server (docs: "Making a Base Backup Using the Low Level API"). The
 * embedded programs come without {@code pg_basebackup}.
 *
 * @param connection of a superuser; the backup belongs to this session
 * @param major the server's major version: the functions were renamed in 15
 */
record BaseBackup(Connection connection, int major) {

  /** Reserves WAL in a new slot, then copies, so that the standby finds all it needs. */
  void copy(ServerFolder from, ServerFolder to, String slot) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_create_physical_replication_slot('" + slot + "', true)");
      statement.execute(
          major >= 15
              ? "SELECT pg_backup_start('howdah', true)"
              : "SELECT pg_start_backup('howdah', true, false)");
      Folders.copyDataDirectory(from.dataDirectory(), to.dataDirectory());
      try (ResultSet label =
          statement.executeQuery(
              major >= 15
                  ? "SELECT labelfile FROM pg_backup_stop(false)"
                  : "SELECT labelfile FROM pg_stop_backup(false, false)")) {
        label.next();
        Path file = to.dataDirectory().resolve("backup_label");
        Files.writeString(file, label.getString(1));
      }
    }
  }
}
