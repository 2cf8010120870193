import { OrchestratorError } from '../../base/errors.ts';
import { cleanLine } from '../../base/text.ts';
import { readLiveness } from '../../store/liveness.ts';
import { readWorkerState } from '../../store/state-files.ts';
import type { Context } from '../context.ts';
import { loadConfigOf } from '../live-agent.ts';
import type { Style } from '../output.ts';
import { openServiceHost } from '../service/service-host.ts';
import { type Finding, type Patient, runCheck } from './check.ts';
import { HOST_CHECKS } from './host-checks.ts';
import { SERVICE_CHECKS } from './service-checks.ts';
import { WORKER_CHECKS } from './worker-checks.ts';

/** Everything that is checked, in the order in which it is told. */
const CHECKS = [...WORKER_CHECKS, ...SERVICE_CHECKS, ...HOST_CHECKS];

/** Checks everything at once and ends with 1 where anything fails. */
export async function examine(context: Context): Promise<void> {
  const patient = describePatient(context);
  const findings = await Promise.all(CHECKS.map((check) => runCheck(check, patient)));
  const failed = findings.filter(({ status }) => status === 'fail').length;
  context.output.print({ ok: failed === 0, checks: findings }, () =>
    findings.flatMap((finding) => layFinding(finding, context)),
  );
  if (failed > 0) throw new OrchestratorError('FAILED', `${failed} of ${findings.length} checks failed`);
}

function describePatient(context: Context): Patient {
  const now = Date.now();
  const worker = readWorkerState(context.directories.runtime);
  return {
    ...{ context, now, worker, env: process.env },
    liveness: readLiveness(worker, now),
    loaded: tryToLoad(context),
    service: tryToOpenService(context),
  };
}

async function tryToOpenService(context: Context): Promise<Awaited<Patient['service']>> {
  try {
    return await openServiceHost(context);
  } catch (error) {
    if (error instanceof OrchestratorError) return error;
    throw error;
  }
}

function tryToLoad(context: Context): Patient['loaded'] {
  try {
    return loadConfigOf(context);
  } catch (error) {
    if (error instanceof OrchestratorError) return error;
    throw error;
  }
}

const STYLES: Readonly<Record<Finding['status'], Style>> = { ok: 'green', warn: 'yellow', fail: 'red' };

function layFinding({ name, status, detail, remedy }: Finding, { output }: Context): string[] {
  const line = `${output.style(STYLES[status], status.padEnd(4))}  ${name}: ${cleanLine(detail, 400)}`;
  return remedy === null ? [line] : [line, `      to mend it: ${cleanLine(remedy, 400)}`];
}
