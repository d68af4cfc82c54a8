// placeholder until the adapter is written: overwrite this file
import { NoSms } from './dev-sms.ts';
export class SmppSms extends NoSms {
  constructor({
    log,
  }: {
    url: string;
    sender: string;
    window: number;
    random: unknown;
    log: ConstructorParameters<typeof NoSms>[0];
  }) {
    super(log);
  }
}
