import type { Logger } from 'pino';
import type { Event } from '../model/event.ts';
import { needsPerson } from '../model/state.ts';

/** Writes each event as one line of the log: a warning when a person is needed. */
export function logEvent(log: Logger, event: Event): void {
  const { v: _v, at: _at, type, ...fields } = event;
  log[levelOf(event)](fields, MESSAGES[type]);
}

function levelOf(event: Event): 'info' | 'warn' {
  switch (event.type) {
    case 'agent.state':
      return needsPerson(event.to) ? 'warn' : 'info';
    case 'agent.watch-failed':
    case 'server.lost':
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
  'server.connected': 'connected to tmux',
  'server.lost': 'lost the tmux server',
  'server.stalled': 'tmux server does not answer',
  'worker.started': 'worker started',
  'worker.stopped': 'worker stopped',
  'config.reloaded': 'configuration was read again',
};
