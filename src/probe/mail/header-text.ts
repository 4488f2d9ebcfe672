/** A message's header: all before the first empty line (RFC 5322 §2.1), whichever way its lines end. */
export function headerText(message: string): string {
  const end = /\r?\n\r?\n/.exec(message);
  return end === null ? message : message.slice(0, end.index);
}
