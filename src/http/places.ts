import type { Config } from '../config.ts';
import type { Viewer } from '../graphql/viewer.ts';

/** Gives a place back; doing it twice is fine. */
export type Leave = () => void;

/** How many each holder has, in this process. */
export class Places {
  readonly #taken = new Map<string, number>();

  /** One more for the holder; undefined: it has as many already. */
  take(holder: string, limit: number): Leave | undefined {
    const taken = this.#taken.get(holder) ?? 0;
    if (taken >= limit) return undefined;
    this.#taken.set(holder, taken + 1);
    return once(() => {
      const rest = this.#taken.get(holder)! - 1;
      if (rest) this.#taken.set(holder, rest);
      else this.#taken.delete(holder);
    });
  }
}

type Limits = Pick<
  Config,
  'SOCKETS_PER_SUBSCRIBER' | 'GUEST_SOCKETS_PER_ADDRESS' | 'STREAMS_PER_SOCKET' | 'OPERATIONS_PER_SOCKET'
>;

/** One open socket, and what it carries. */
export class SocketPlace {
  readonly leave: Leave;
  readonly #limits: Limits;
  readonly #carried = new Places();

  constructor(limits: Limits, leave: Leave) {
    this.#limits = limits;
    this.leave = leave;
  }

  /** Room for one more stream, or for one more operation that has an end of its own. */
  take(kind: 'stream' | 'operation'): Leave | undefined {
    const { STREAMS_PER_SOCKET, OPERATIONS_PER_SOCKET } = this.#limits;
    return this.#carried.take(kind, kind === 'stream' ? STREAMS_PER_SOCKET : OPERATIONS_PER_SOCKET);
  }
}

/** The sockets that each caller has open in this process, so that nobody takes them all. */
export class SocketPlaces {
  readonly #limits: Limits;
  readonly #sockets = new Places();
  /** The one that all SSE streams of a session have, with how many there are. */
  readonly #shared = new Map<string, { place: SocketPlace; streams: number }>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** A socket of its own; undefined: this caller has as many as it may. */
  open(viewer: Viewer, address: string): SocketPlace | undefined {
    const { SOCKETS_PER_SUBSCRIBER, GUEST_SOCKETS_PER_ADDRESS } = this.#limits;
    const limit = viewer.kind === 'GUEST' ? GUEST_SOCKETS_PER_ADDRESS : SOCKETS_PER_SUBSCRIBER;
    const leave = this.#sockets.take(holderOf(viewer, address), limit);
    return leave && new SocketPlace(this.#limits, leave);
  }

  /** A stream without a socket: those of one session count together as one socket that carries them. */
  stream(viewer: Viewer, address: string): Leave | undefined {
    const name = viewer.kind === 'SUBSCRIBER' ? viewer.session.id : holderOf(viewer, address);
    const place = this.#shared.get(name)?.place ?? this.open(viewer, address);
    const leaveStream = place?.take('stream');
    if (!place || !leaveStream) return undefined;
    const shared = this.#shared.get(name) ?? { place, streams: 0 };
    shared.streams++;
    this.#shared.set(name, shared);
    return once(() => {
      leaveStream();
      shared.streams--;
      if (shared.streams) return;
      this.#shared.delete(name);
      place.leave();
    });
  }
}

/** Whose sockets are counted together. */
function holderOf(viewer: Viewer, address: string): string {
  if (viewer.kind === 'SUBSCRIBER') return `subscriber/${viewer.session.subscriberId}`;
  if (viewer.kind === 'PARTNER') return `partner/${viewer.partner.id}/${viewer.grant.subscriberId}`;
  return viewer.kind === 'STAFF' ? `staff/${viewer.subject}` : `address/${address}`;
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
