import type { TranscriptSource } from '../agents/transcripts.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { Message } from '../model/message.ts';
import type { RecordedTurn } from './answers.ts';
import type { Fleet } from './fleet.ts';
import type { WatchedAgent } from './watched-agent.ts';

interface RecordOptions {
  /** By the name that profiles use in `transcriptReader`. */
  sources: Readonly<Record<string, TranscriptSource>>;
  processes: ProcessTable;
  fleet: Fleet;
}

/** Finds what CLIs themselves recorded of a message. Nothing where they keep no record that can be read, or it does not hold the message. */
export function openRecords({ sources, processes, fleet }: RecordOptions) {
  return (agent: WatchedAgent, message: Message): RecordedTurn | undefined => {
    const source = sources[agent.profile.transcriptReader ?? ''];
    const spec = fleet.find(agent.name);
    const sessionId = agent.native?.sessionId ?? spec?.cliSession;
    const pid = agent.process?.pid;
    if (source === undefined || spec === undefined || sessionId == null || pid === undefined)
      return undefined;
    const configDirectory = source.findDirectory((name) => processes.readVariable(pid, name));
    if (configDirectory === undefined) return undefined;
    return source.find({
      ...{ configDirectory, sessionId, workingDirectory: spec.directory, messageId: message.id },
      since: Date.parse(message.acceptedAt),
    });
  };
}
