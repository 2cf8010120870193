import type { z } from 'zod';
import type { Method } from './operation.ts';
import type { OPERATIONS } from './table.ts';

type OperationOf<N> = Extract<(typeof OPERATIONS)[number], { name: N }>;
export type OperationName = (typeof OPERATIONS)[number]['name'];
/** What a caller gives: defaults may be left out. */
export type InputOf<N extends OperationName> = z.input<OperationOf<N>['input']>;
export type OutputOf<N extends OperationName> = z.output<OperationOf<N>['output']>;

export interface Route {
  method: Method;
  /** Below `/v1`. */
  path: `/${string}`;
}

/** Where each operation is found: the table without its schemas, which take longer to load than a quick command may last. */
export const ROUTES: Readonly<Record<OperationName, Route>> = {
  'agent.list': { method: 'GET', path: '/agents' },
  'agent.get': { method: 'GET', path: '/agents/{name}' },
  'agent.read': { method: 'GET', path: '/agents/{name}/screen' },
  'agent.wait': { method: 'GET', path: '/agents/{name}/wait' },
  'agent.evidence': { method: 'GET', path: '/agents/{name}/evidence' },
  'agent.spawn': { method: 'POST', path: '/agents' },
  'agent.adopt': { method: 'POST', path: '/panes/{pane}/adopt' },
  'agent.release': { method: 'POST', path: '/agents/{name}/release' },
  'agent.stop': { method: 'DELETE', path: '/agents/{name}' },
  'agent.restart': { method: 'POST', path: '/agents/{name}/restart' },
  'agent.interrupt': { method: 'POST', path: '/agents/{name}/interrupt' },
  'agent.pause': { method: 'POST', path: '/agents/{name}/pause' },
  'agent.resume': { method: 'POST', path: '/agents/{name}/resume' },
  'agent.rename': { method: 'POST', path: '/agents/{name}/rename' },
  'agent.answer': { method: 'POST', path: '/agents/{name}/answer' },
  'message.send': { method: 'POST', path: '/agents/{to}/messages' },
  'message.broadcast': { method: 'POST', path: '/broadcast' },
  'message.list': { method: 'GET', path: '/messages' },
  'message.get': { method: 'GET', path: '/messages/{id}' },
  'message.wait': { method: 'GET', path: '/messages/{id}/wait' },
  'message.cancel': { method: 'POST', path: '/messages/{id}/cancel' },
  'message.retry': { method: 'POST', path: '/messages/{id}/retry' },
  'role.list': { method: 'GET', path: '/roles' },
  'role.get': { method: 'GET', path: '/roles/{name}' },
  'role.create': { method: 'POST', path: '/roles' },
  'team.list': { method: 'GET', path: '/teams' },
  'team.get': { method: 'GET', path: '/teams/{name}' },
  'team.status': { method: 'GET', path: '/teams/{name}/status' },
  'team.up': { method: 'POST', path: '/teams/{name}/up' },
  'team.down': { method: 'POST', path: '/teams/{name}/down' },
  'trust.list': { method: 'GET', path: '/trust' },
  'trust.add': { method: 'POST', path: '/trust' },
  'trust.remove': { method: 'POST', path: '/trust/remove' },
  'token.list': { method: 'GET', path: '/tokens' },
  'token.create': { method: 'POST', path: '/tokens' },
  'token.revoke': { method: 'POST', path: '/tokens/{id}/revoke' },
  'token.rotate': { method: 'POST', path: '/tokens/{id}/rotate' },
  'audit.list': { method: 'GET', path: '/audit' },
  'event.list': { method: 'GET', path: '/journal' },
  'system.get': { method: 'GET', path: '/system' },
  'report.get': { method: 'GET', path: '/report' },
  'notice.list': { method: 'GET', path: '/notices' },
  'notice.ack': { method: 'POST', path: '/notices/{id}/ack' },
  'notifier.list': { method: 'GET', path: '/notifiers' },
  'notifier.test': { method: 'POST', path: '/notifiers/{name}/test' },
  'team.done': { method: 'POST', path: '/teams/{name}/done' },
  'schedule.add': { method: 'POST', path: '/schedules' },
  'schedule.list': { method: 'GET', path: '/schedules' },
  'schedule.get': { method: 'GET', path: '/schedules/{name}' },
  'schedule.pause': { method: 'POST', path: '/schedules/{name}/pause' },
  'schedule.resume': { method: 'POST', path: '/schedules/{name}/resume' },
  'schedule.run': { method: 'POST', path: '/schedules/{name}/run' },
  'schedule.remove': { method: 'DELETE', path: '/schedules/{name}' },
  'schedule.next': { method: 'GET', path: '/schedule-runs' },
  'checkin.add': { method: 'POST', path: '/checkins' },
  'checkin.remove': { method: 'DELETE', path: '/checkins/{name}' },
};
