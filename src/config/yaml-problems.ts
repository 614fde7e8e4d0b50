import type { ErrorCode } from 'yaml';

/**
 * What is wrong with the form of a YAML file. The yaml package's own messages are not used: several of them quote the
 * text, and with it a password.
 */
const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'An escape sequence in double quotes is not valid',
  BAD_INDENT: 'The indentation is wrong, or a bracket is missing',
  BAD_SCALAR_START: 'Text that starts with a special character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'A second ": " on the line: text that holds it needs quotes',
  MISSING_CHAR: 'A colon, quote or bracket is missing',
  MULTIPLE_DOCS: 'The file holds more than one YAML document',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line, and a ":" behind it',
  TAB_AS_INDENT: 'Tabs are not allowed as indentation',
  TAG_RESOLVE_FAILED: 'A tag is not known: text that starts with "!" needs quotes',
};

/** Says what is wrong with the form of a YAML file, without quoting it. */
export function yamlMessage(code: ErrorCode): string {
  return MESSAGES[code] ?? 'Not valid YAML';
}
