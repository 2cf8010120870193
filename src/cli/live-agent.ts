import { BUILT_IN_PROFILES } from '../agents/registry.ts';
import type { Agent } from '../model/agent.ts';
import type { Profile } from '../model/profile.ts';
import { type LoadedConfig, loadConfig } from '../store/config-file.ts';
import { readAgents, readWorkerState } from '../store/state-files.ts';
import { chooseServer } from '../tmux/socket.ts';
import type { TmuxProgram } from '../tmux/spawned.ts';
import type { Context } from './context.ts';
import { findAgent } from './state-view.ts';

/** An agent of the state files and the way to the tmux server it lives on. */
export interface LiveAgent {
  agent: Agent;
  tmux: TmuxProgram;
  profiles: readonly Profile[];
}

/** Finds an agent by name for a look at it now, whether or not a worker runs. Throws `NOT_FOUND`, `CONFIG`. */
export function findLiveAgent(context: Context, name: string): LiveAgent {
  const { runtime } = context.directories;
  const agent = findAgent(readAgents(runtime), name);
  const loaded = loadConfigOf(context);
  const { program } = loaded.config.tmux;
  return { agent, tmux: { program, address: chooseAddress(context) }, profiles: profilesOf(loaded) };
}

/** The server of the worker that wrote the files, unless the line names another. */
function chooseAddress({ options, directories, uid }: Context) {
  const { socketName, socketPath } = options;
  const socket = readWorkerState(directories.runtime)?.tmux.socket;
  return chooseServer(
    [
      { socketName, socketPath, source: 'flag' },
      { socketPath: socket, source: 'config' },
    ],
    process.env,
    uid,
  );
}

/** The configuration in force for this command. Throws `CONFIG`. */
export function loadConfigOf({ options, configFile, directories }: Context): LoadedConfig {
  return loadConfig({
    directory: directories.config,
    file: configFile,
    env: process.env,
    flags: { 'tmux.socketName': options.socketName, 'tmux.socketPath': options.socketPath },
  });
}

/** All profiles in the order in which the worker tries them: the user's own go first. */
export function profilesOf({ profiles }: LoadedConfig): readonly Profile[] {
  return [...profiles, ...BUILT_IN_PROFILES];
}
