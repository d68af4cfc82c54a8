export interface MailAttachment {
  filename: string;
  contentType: string;
  /** Opens the content anew at each call; it is read once the mail server takes it, and no faster. */
  content: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

export interface MailMessage {
  /** What this mail is about; the same id gives the same Message-ID, so that a repetition can be recognised. */
  id: string;
  /** One address, without a name. */
  to: string;
  subject: string;
  text: string;
  attachments: readonly MailAttachment[];
}

/**
 * What became of handing a mail over. ACCEPTED: the server has taken it over · REFUSED: it has not, and the mail may be
 * handed over again, unless that is `permanent` and would end the same way; the reason names nobody · UNKNOWN: it may
 * have been taken; handed over again, it may come twice, to be told by its Message-ID.
 */
export type MailOutcome =
  | { outcome: 'ACCEPTED' }
  | { outcome: 'REFUSED'; reason: string; permanent: boolean }
  | { outcome: 'UNKNOWN' };

/** The way to a mailbox: a mail server. */
export interface Mail {
  /** Hands a mail over once, within a quarter of an hour. Never rejects: what goes wrong is an outcome. */
  send(mail: MailMessage): Promise<MailOutcome>;
}
