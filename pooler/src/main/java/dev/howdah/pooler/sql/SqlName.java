package dev.howdah.pooler.sql;

/**
 * A name as PostgreSQL understands it, and where it stands in the text.
 *
 * @param text unquoted, unescaped, folded to lower case where it was not quoted, and cut to
 *     PostgreSQL's 63 bytes; bytes that are not UTF-8 as {@link dev.howdah.wire.field.WireText} has
 *     them
 * @param range with quotes, so that a name can be replaced in the text
 */
public record SqlName(String text, SourceRange range) {}
