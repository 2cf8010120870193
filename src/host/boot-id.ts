import { readFileSync } from 'node:fs';

/** Names this run of the machine. Without /proc (macOS) empty: there a reboot shows as a tmux server that has gone. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
