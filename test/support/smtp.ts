import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A refusal by its answer; or what befalls the connection. */
type Reaction =
  | 'accept'
  | 'drop in data'
  | 'drop after data'
  | 'silent after data'
  | { at: Command; answer: string };
type Command = 'MAIL' | 'RCPT' | 'DATA';

export interface ReceivedMail {
  /** From the envelope: what SMTP was told, not what the mail says. */
  from: string;
  to: string[];
  raw: string;
  parsed: ParsedMail;
  secure: boolean;
}

const USER = { name: 'operator', password: 'very secret' };

/** A real SMTP server whose behaviour a test sets. */
export class Smtp {
  readonly received: ReceivedMail[] = [];
  /** How the next mails are met, one each; when there are none left: 'accept'. */
  readonly reactions: Reaction[] = [];
  readonly certificate: string;
  readonly #server: SMTPServer;
  readonly #secure: boolean;
  readonly #sockets = new Set<Socket>();

  private constructor(options: SMTPServerOptions, certificate: string) {
    this.certificate = certificate;
    this.#secure = options.secure ?? false;
    this.#server = new SMTPServer({
      ...options,
      onAuth: ({ username, password }, _session, done) =>
        username === USER.name && password === USER.password
          ? done(null, { user: username })
          : done(new Error('no')),
      onMailFrom: (_address, _session, done) => done(this.#refusal('MAIL')),
      onRcptTo: (_address, _session, done) => done(this.#refusal('RCPT')),
      onData: (stream, session, done) => void this.#take(stream, session, done),
    });
    this.#server.on('error', () => {});
    this.#server.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Over TLS from the first byte, or with STARTTLS on offer, or with neither. */
  static async start(security: 'tls' | 'starttls' | 'none' = 'none'): Promise<Smtp> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    const options: SMTPServerOptions = {
      key,
      cert,
      secure: security === 'tls',
      disabledCommands: security === 'none' ? ['STARTTLS'] : [],
      authOptional: true,
      allowInsecureAuth: true,
      closeTimeout: 100,
      logger: false,
    };
    const smtp = new Smtp(options, cert);
    smtp.#server.listen(0, '127.0.0.1');
    await once(smtp.#server.server, 'listening');
    return smtp;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Its address for MAIL_URL, with or without credentials. */
  url({ user = '', port = this.port } = {}): string {
    return `${this.#secure ? 'smtps' : 'smtp'}://${user && `${user}@`}localhost:${port}`;
  }

  static readonly user = `${USER.name}:${encodeURIComponent(USER.password)}`;

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #refusal(at: Command): Error | null {
    const [reaction] = this.reactions;
    if (typeof reaction !== 'object' || reaction.at !== at) return null;
    this.reactions.shift();
    const [code = '', ...rest] = reaction.answer.split(' ');
    return Object.assign(new Error(rest.join(' ')), { responseCode: Number(code) });
  }

  #drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async #take(
    stream: NodeJS.ReadableStream & { on(event: 'data', take: () => void): unknown },
    session: {
      envelope: { mailFrom: false | { address: string }; rcptTo: { address: string }[] };
      secure: boolean;
    },
    done: (error?: Error | null) => void,
  ): Promise<void> {
    const refusal = this.#refusal('DATA');
    const reaction = refusal ? undefined : this.reactions.shift();
    if (reaction === 'drop in data') {
      stream.on('data', () => this.#drop());
      return;
    }
    const whole = stream as NodeJS.ReadableStream & AsyncIterable<Uint8Array>;
    const raw = await buffer(whole).catch(() => undefined);
    if (!raw) return done(new Error('the mail broke off'));
    if (reaction === 'drop after data') return this.#drop();
    if (reaction === 'silent after data') return;
    if (refusal) return done(refusal);
    const { mailFrom, rcptTo } = session.envelope;
    this.received.push({
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
      raw: raw.toString('latin1'),
      parsed: await simpleParser(raw),
      secure: session.secure,
    });
    done();
  }
}
