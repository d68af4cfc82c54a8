import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type Client as Socket, CloseCode } from 'graphql-ws';
import { isUnauthenticated, OperationError, type ServerError, Unreached } from './errors.ts';
import { documentId } from './exchange.ts';
import type { Session } from './session.ts';

interface Parts {
  socket: Socket;
  session: Session;
  /** The token that the socket's last connection was signed with. */
  signedWith: () => string | undefined;
  /** The token that the server last greeted. */
  greetedWith: () => string | undefined;
  /** The pause before the next try to connect; at first it is try 0. */
  pause: (tries: number) => Promise<void>;
  /** What finishes each stream that has not ended. */
  open: Set<() => void>;
  isClosed: () => boolean;
}

type Part<Data> = { data: Data } | { failure: unknown };

/**
 * What a subscription tells, over all the connections that it takes: each is asked for what came after the last
 * cursor that was received, so that nothing is missed or told twice.
 * @throws OperationError, SignedOut, or the socket's close event when the server forbids to come back
 */
export function follow<Data, Variables extends object>(
  parts: Parts,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): AsyncIterableIterator<Data> {
  let stop = () => {};
  const told = new ReadableStream<Part<Data>>({
    start: (controller) => {
      stop = subscribe(parts, document, variables, {
        tell: (data) => controller.enqueue({ data }),
        end: (failure) => {
          // Told like the rest, since an errored stream forgets what was not yet read
          if (failure) controller.enqueue({ failure });
          controller.close();
        },
      });
    },
    cancel: () => stop(),
  }).getReader();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const { value, done } = await told.read();
      if (done) return { value: undefined, done };
      if ('failure' in value) throw value.failure;
      return { value: value.data };
    },
    return: async () => {
      await told.cancel();
      return { value: undefined, done: true };
    },
  };
}

interface Listener<Data> {
  tell: (data: Data) => void;
  end: (failure?: unknown) => void;
}

/** Returns what stops it; after that nothing is told. */
function subscribe<Data, Variables extends object>(
  { socket, session, signedWith, greetedWith, pause, open, isClosed }: Parts,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { tell, end }: Listener<Data>,
): () => void {
  // Written anew by the socket for each of its connections: from where the last one came to
  const place: { after?: string } = { ...variables };
  const payload = { query: '', documentId: documentId(document as never), variables: place } as never;
  let over = false;
  /** What the last renewal gave. */
  let given: string | undefined;
  let tries = 0;
  let leave = () => {};
  const stop = () => {
    over = true;
    open.delete(finish);
    leave();
  };
  const finish = (failure?: unknown) => {
    if (over) return;
    stop();
    end(failure);
  };
  const renew = (failure: unknown, wasGreeted: boolean) => {
    const refused = signedWith();
    if (refused === given && session.isFresh(refused) && !wasGreeted) return finish(failure);
    session.instead(refused).then(renewed, (error: unknown) => {
      if (error instanceof Unreached) void pause(tries++).then(begin);
      else finish(error);
    });
  };
  const renewed = (token: string) => {
    if (over) return;
    given = token;
    tries = 0;
    // Other streams hold the connection that was signed with another: there it would be refused again, without end
    if (token !== signedWith()) socket.terminate();
    begin();
  };
  const begin = () => {
    if (over) return;
    if (isClosed()) return finish();
    let left = false;
    const unsubscribe = socket.subscribe<Data>(payload, {
      next: ({ data, errors }) => {
        if (left || over) return;
        if (errors) return refused(errors);
        place.after = cursorOf(data) ?? place.after;
        tell(data!);
      },
      error: (error) => {
        if (left || over) return;
        if (Array.isArray(error)) return refused(error as ServerError[]);
        // Else the socket counts it still among those that need a connection
        leave();
        // One that was greeted has grown old since then
        if (isUnauthorizedClose(error)) renew(error, signedWith() === greetedWith());
        else finish(error);
      },
      complete: () => left || finish(),
    });
    leave = () => {
      left = true;
      // The socket counts an end twice when the server's own comes with what made us leave
      queueMicrotask(unsubscribe);
    };
  };
  const refused = (errors: readonly ServerError[]) => {
    const failure = new OperationError(errors);
    if (!isUnauthenticated(errors)) return finish(failure);
    leave();
    renew(failure, false);
  };
  open.add(finish);
  begin();
  return stop;
}

/** Each of our streams has one root field, and its result the place in the line's events. */
function cursorOf(data: unknown): string | undefined {
  const [event] = Object.values((data ?? {}) as Record<string, { cursor?: string } | null>);
  return event?.cursor;
}

const isUnauthorizedClose = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === CloseCode.Unauthorized;
