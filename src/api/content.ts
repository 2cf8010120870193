import type { IncomingMessage } from 'node:http';
import { OrchestratorError } from '../base/errors.ts';

/** The content of a request, counted while it comes in; nothing where it is longer than that. Throws `INVALID` where it breaks off. */
export function readContent(incoming: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const take = (part: Buffer) => {
      bytes += part.length;
      if (bytes <= bytesMax) parts.push(part);
      else end(() => resolve(undefined));
    };
    const finish = () => end(() => resolve(Buffer.concat(parts)));
    const breakOff = () => end(() => reject(new OrchestratorError('INVALID', 'content broke off')));
    const end = (settle: () => void) => {
      incoming.pause().off('data', take).off('end', finish).off('close', breakOff);
      settle();
    };
    incoming.on('data', take).on('end', finish).on('close', breakOff);
  });
}
