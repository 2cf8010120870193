import { readFileSync } from 'node:fs';

/** Both ends of a TCP connection, as our side sees it. */
export interface Connection {
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
}

const FILES = { 4: '/proc/net/tcp', 6: '/proc/net/tcp6' } as const;

/**
 * The user whose process is at the other end of a connection within this machine, from the kernel's list of sockets (`proc(5)`, `/proc/net/tcp`:
 * addresses in hexadecimal, in the byte order of the machine). Undefined where the list does not tell, null on systems that have none.
 */
export function findPeerUid(connection: Connection, list?: string): number | undefined | null {
  if (process.platform !== 'linux') return null;
  const text = list ?? readFileSync(listOf(connection), 'latin1');
  const { localAddress, localPort, remoteAddress, remotePort } = connection;
  const own = [writeEnd(remoteAddress, remotePort), writeEnd(localAddress, localPort)].join(' ');
  for (const line of text.split('\n')) {
    const [, local, remote, , , , , uid] = line.trim().split(/\s+/);
    if (`${local} ${remote}` === own) return Number(uid);
  }
  return undefined;
}

/** The file of the kernel in which a connection stands. */
export function listOf({ localAddress }: Pick<Connection, 'localAddress'>): string {
  return FILES[localAddress.includes(':') ? 6 : 4];
}

function writeEnd(address: string, port: number): string {
  return `${address.includes(':') ? writeV6(address) : writeV4(address)}:${hex(port, 4)}`;
}

function writeV4(address: string): string {
  return swapWords(Buffer.from(address.split('.').map(Number)));
}

function writeV6(address: string): string {
  const [head = '', tail] = address.split('::');
  const first = splitGroups(head);
  const last = tail === undefined ? [] : splitGroups(tail);
  const groups = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return swapWords(Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff])));
}

function splitGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** Each word of four bytes as a number of the machine, which is little-endian wherever node runs. */
function swapWords(bytes: Buffer): string {
  return Buffer.from(bytes).swap32().toString('hex').toUpperCase();
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0');
}
