/** What a command of the user gets to know: who and where it is, and how to reach the desktop. Nothing of the service's own. */
const PASSED =
  /^(?:HOME|USER|LOGNAME|SHELL|PATH|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY)$/;

/** For commands that stand in the configuration or in a schedule. */
export function userEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED.test(name)));
}
