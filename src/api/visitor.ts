import type { Caller } from '../operations/operation.ts';

/** Who stands at a door, as the door knows it; nothing in it comes from the request's own words. */
export interface Visitor extends Omit<Caller, 'signal'> {
  door: 'socket' | 'network';
  /** The user that the connection belongs to, where the system tells. */
  uid: number | null;
}
