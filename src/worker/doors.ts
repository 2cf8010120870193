import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { openControlSocket } from '../api/control-socket.ts';
import type { Door } from '../api/door.ts';
import { openNetworkDoor } from '../api/network-door.ts';
import { OperationDesk } from '../api/operation-desk.ts';
import { RequestLimits } from '../api/request-limits.ts';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import type { Config } from '../model/config.ts';
import { checkBinding, isLoopback } from '../model/network-binding.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { LoadedConfig } from '../store/config-file.ts';
import type { Directories } from '../store/directories.ts';
import { readSecretFile } from '../store/secret-file.ts';
import { controlSocketPath } from '../store/socket-file.ts';
import type { Staff } from './staff.ts';

interface DoorsOptions {
  directories: Directories;
  uid: number;
  loaded: LoadedConfig;
  log: Logger;
  staff: Staff;
  audit: AuditLog;
}

export interface Doors {
  close(): Promise<void>;
}

/** The control socket and, where a port is configured, the network door. Throws `DIRECTORY`, `CONFIG`. */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { directories, uid, loaded, log, staff, audit } = options;
  const { api } = loaded.config;
  const limits = new RequestLimits({
    read: api.readsPerMinute,
    message: api.messagesPerMinute,
    messageToOne: api.messagesToOnePerMinute,
    control: api.controlsPerMinute,
    spawn: api.spawnsPerMinute,
  });
  const desk = new OperationDesk({ house: staff.house, limits, audit: (record) => audit.append(record) });
  const onUnexpected = (error: unknown, operation: string) =>
    log.error({ err: error, operation }, 'an operation failed unexpectedly');
  const network = await openNetwork(options, { desk, limits, onUnexpected });
  const socket = await openControlSocket({
    ...{ path: controlSocketPath(directories.runtime), desk, uid, onUnexpected },
    ...{ limits, judge: (token: string) => staff.house.tokens.judge(token) },
    findAgentOfProcess: (pid) => staff.findAgentOfProcess(pid),
  });
  return {
    close: async () => {
      await Promise.all([socket.close(), network?.close()]);
    },
  };
}

type Parts = Pick<Parameters<typeof openNetworkDoor>[0], 'desk' | 'limits' | 'onUnexpected'>;

async function openNetwork(
  { loaded, uid, log, staff }: DoorsOptions,
  parts: Parts,
): Promise<Door | undefined> {
  const { api } = loaded.config;
  const { port } = api;
  if (port === undefined) return undefined;
  const { tokens } = staff.house;
  checkBinding({ api, tokens: tokens.countValid() });
  const door = await openNetworkDoor({
    ...{ api: { ...api, port }, uid, tls: readTls(api, uid), ...parts },
    judge: (token) => tokens.judge(token),
  });
  const level = isLoopback(api.host) ? 'info' : 'warn';
  log[level]({ host: api.host, port: door.port }, 'listening for programs that have a token');
  return door;
}

function readTls({ tlsCert, tlsKey }: Config['api'], uid: number) {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  try {
    return { cert: readFileSync(tlsCert, 'utf8'), key: readSecretFile('api.tlsKey', tlsKey, uid) };
  } catch (error) {
    throw new OrchestratorError('CONFIG', `api.tlsCert, api.tlsKey: ${messageOf(error)}`, {
      field: 'api.tlsCert',
    });
  }
}
