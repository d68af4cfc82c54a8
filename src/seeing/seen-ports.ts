import type { Copies } from '../ports/copies.ts';
import type { Files } from '../ports/files.ts';
import type { Mail } from '../ports/mail.ts';
import type { Provisioning } from '../ports/provisioning.ts';
import type { Rows } from '../ports/rows.ts';
import type { Sms } from '../ports/sms.ts';
import { fileOperations, mailSent, networkCallSeconds, smsReceipts, smsSent } from './metrics.ts';
import { type Facts, inCall, inSpan } from './trace.ts';

const READ: Facts = { 'db.system.name': 'postgresql', 'db.query.summary': 'SELECT rows' };

// Ports as they are, watched from outside: whatever the adapter, each call is counted, and is a step of its trace.

export const seenSms = (sms: Sms): Sms => ({
  send: (message) =>
    inCall('send SMS', {}, async (step) => {
      const result = await sms.send(message);
      const { outcome } = result;
      smsSent.inc({ outcome });
      step.note({ outcome });
      return result;
    }),
  onReceipt: (record) =>
    sms.onReceipt(async (receipt) => {
      await record(receipt);
      smsReceipts.inc({ state: receipt.state });
    }),
  close: () => sms.close(),
});

export const seenMail = (mail: Mail): Mail => ({
  send: (message) =>
    inCall('send mail', {}, async (step) => {
      const result = await mail.send(message);
      const { outcome } = result;
      mailSent.inc({ outcome });
      step.note({ outcome });
      return result;
    }),
});

/** How it went with a file; that there is none is an answer, too. */
const onFile = <Result>(operation: 'write' | 'open' | 'remove', run: () => Promise<Result>) =>
  inCall(`${operation} file`, {}, async (): Promise<Result> => {
    try {
      const result = await run();
      fileOperations.inc({ operation, outcome: 'done' });
      return result;
    } catch (error) {
      fileOperations.inc({ operation, outcome: error instanceof RangeError ? 'out of range' : 'failed' });
      throw error;
    }
  });

export const seenFiles = (files: Files): Files => ({
  write: (key, content) => onFile('write', () => files.write(key, content)),
  read: (key, range) => onFile('open', () => files.read(key, range)),
  remove: (key) => onFile('remove', () => files.remove(key)),
  close: () => files.close(),
});

export const seenRows = (rows: Rows): Rows => ({
  read: (statement) => inCall('SELECT rows', READ, () => rows.read(statement)),
});

/** Its statement; how long its rows then take is the reader's time. */
export const seenCopies = (copies: Copies): Copies => ({
  open: (tx, query, read) =>
    inCall('COPY', { 'db.system.name': 'postgresql', 'db.query.summary': 'COPY' }, () =>
      copies.open(tx, query, read),
    ),
});

/** The requests that a call consists of are its adapter's to show. */
const ofNetwork = <Outcome extends string>(call: 'submit' | 'look', run: () => Promise<Outcome>) =>
  inSpan(`${call} order`, {}, async (step) => {
    const ended = networkCallSeconds.startTimer({ call });
    const outcome = await run();
    ended({ outcome });
    step.note({ outcome });
    return outcome;
  });

export const seenProvisioning = (network: Provisioning): Provisioning => ({
  submit: (order) => ofNetwork('submit', () => network.submit(order)),
  look: (ref) => ofNetwork('look', () => network.look(ref)),
  onHint: (listener) => network.onHint(listener),
  close: () => network.close(),
});
