/** The part of the package that we use; it brings no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer } from 'node:net';

  export interface Pdu {
    command: string;
    command_status: number;
    sequence_number: number;
    message_id?: string;
    esm_class?: number;
    data_coding?: number;
    short_message?: { message: string | Buffer; udh?: Buffer[] };
    receipted_message_id?: string;
    message_state?: number;
    system_id?: string;
    password?: string;
    source_addr?: string;
    source_addr_ton?: number;
    destination_addr?: string;
    validity_period?: Date | string;
    registered_delivery?: number;
    isResponse(): boolean;
    response(options?: object): Pdu;
  }

  export const PDU: new (command: string, options?: object) => Pdu;

  export interface Session extends EventEmitter {
    closed: boolean;
    socket: import('node:net').Socket;
    /** False: it could not be written. */
    send(pdu: Pdu, answered?: (answer: Pdu) => void): boolean;
    close(done?: () => void): void;
    destroy(done?: () => void): void;
  }

  export interface Server extends NetServer {
    sessions: Session[];
  }

  export function connect(options: {
    host: string;
    port: number;
    tls: boolean;
    rejectUnauthorized: boolean;
  }): Session;
  export function createServer(listener: (session: Session) => void): Server;
  /** Status codes by name (SMPP 3.4, 5.1.3). */
  export const errors: Record<string, number>;
  export const encodings: Record<
    'ASCII' | 'UCS2',
    { encode(text: string): Buffer; decode(bytes: Buffer): string }
  >;

  const smpp: {
    PDU: typeof PDU;
    connect: typeof connect;
    createServer: typeof createServer;
    errors: typeof errors;
    encodings: typeof encodings;
  };
  export default smpp;
}
