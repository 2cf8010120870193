import type { Logger } from 'pino';
import type { Event } from '../model/event.ts';
import { needsPerson } from '../model/state.ts';

/**
 * Writes each event as one line of the log. A warning is what needs a person and nothing else, so that
 * `journalctl --user -u tmux-orchestrator -p warning` shows just that.
 */
export function logEvent(log: Logger, event: Event): void {
  const { v: _v, at: _at, type, ...fields } = event;
  log[levelOf(event)](renameMessage(fields), MESSAGES[type]);
}

/** `message` is the text of a line of the log. */
function renameMessage(fields: Record<string, unknown>): Record<string, unknown> {
  const { message, ...others } = fields;
  return message === undefined ? others : { messageId: message, ...others };
}

function levelOf(event: Event): 'info' | 'warn' {
  switch (event.type) {
    case 'agent.state':
      return needsPerson(event.to) ? 'warn' : 'info';
    case 'server.lost':
      // A server without agents is closed every evening; one with agents took work with it.
      return event.agents > 0 ? 'warn' : 'info';
    case 'agent.watch-failed':
    case 'agent.held':
    case 'message.blocked':
    case 'schedule.failed':
    case 'server.stalled':
      return 'warn';
    case 'config.reloaded':
      return event.ok ? 'info' : 'warn';
    default:
      return 'info';
  }
}

const MESSAGES: Readonly<Record<Event['type'], string>> = {
  'agent.found': 'found an agent',
  'agent.state': 'agent changed state',
  'agent.gone': 'agent has gone',
  'agent.watch-failed': 'could not look at an agent',
  'agent.started': 'started an agent',
  'agent.ended': 'a managed agent ended',
  'agent.restart-planned': 'agent will be started again',
  'agent.held': 'agent is held until a person resumes it',
  'agent.managed': 'agent is managed from now on',
  'agent.unmanaged': 'agent is managed no longer',
  'agent.paused': 'agent is paused',
  'agent.resumed': 'agent is resumed',
  'agent.renamed': 'agent has another name',
  'message.receipt': 'message',
  'message.blocked': 'message waits for a person',
  'agent.parked': 'agent cannot work now',
  'agent.unparked': 'agent can work again',
  'schedule.fired': 'schedule woke somebody',
  'schedule.skipped': 'schedule left out a run',
  'schedule.failed': 'schedule failed',
  'server.connected': 'connected to tmux',
  'server.disconnected': 'lost the connection to tmux',
  'server.lost': 'the tmux server has ended',
  'server.stalled': 'tmux server does not answer',
  'worker.started': 'worker started',
  'worker.stopped': 'worker stopped',
  'config.reloaded': 'configuration was read again',
};
