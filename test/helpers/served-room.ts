import { type CliRoom, openCliRoom } from './cli-room.ts';
import { type ControlDoor, openControlDoor } from './control-door.ts';

/** A place for the command line where a worker is said to run and its control socket answers. */
export interface ServedRoom extends CliRoom {
  door: ControlDoor;
  close(): Promise<void>;
}

export async function openServedRoom(): Promise<ServedRoom> {
  const room = openCliRoom();
  room.writeWorker();
  const door = await openControlDoor(room.runtime);
  const close = async () => {
    await door.close();
    room.close();
  };
  return { ...room, door, close };
}
