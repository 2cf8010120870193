/** IANA name of the machine's zone; UTC where TZ names none that Intl knows (it gives undefined or `Etc/Unknown` then). */
export function localTimeZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone === undefined || timeZone === 'Etc/Unknown' ? 'UTC' : timeZone;
}
