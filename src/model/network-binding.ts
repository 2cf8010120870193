import { OrchestratorError } from '../base/errors.ts';
import type { Config } from './config.ts';

/** Addresses that only this machine reaches. Names are not among them: they may be resolved to anything. */
export function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1';
}

interface Binding {
  api: Config['api'];
  /** Tokens that count now. */
  tokens: number;
}

/** Whether the network door may be opened. An address that others reach needs all of it: the word, TLS, names, a token. Throws `CONFIG`. */
export function checkBinding({ api, tokens }: Binding): void {
  if (isLoopback(api.host)) return;
  const missing = [
    api.allowRemote ? [] : ['--allow-remote (api.allowRemote)'],
    api.tlsCert === undefined || api.tlsKey === undefined ? ['api.tlsCert and api.tlsKey'] : [],
    api.hosts.length === 0 ? ['api.hosts, the values of Host that it answers to'] : [],
    tokens === 0 ? ['a token: tmux-orchestrator token create'] : [],
  ].flat();
  if (missing.length === 0) return;
  throw new OrchestratorError(
    'CONFIG',
    `api.host: ${api.host} can be reached by others, which needs all of: ${missing.join('; ')}`,
    {
      field: 'api.host',
      hint: 'or leave api.host out: then only this machine reaches it',
    },
  );
}
