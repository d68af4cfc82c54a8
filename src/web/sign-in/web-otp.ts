import { useEffect } from 'react';

type OtpCredential = Credential & { code: string };

/** Phones that can hand over the password from the SMS that came for this page (WebOTP) fill it in. */
export function useCodeFromSms(expected: boolean, onCode: (code: string) => void): void {
  useEffect(() => {
    const unwanted = new AbortController();
    // Refused, or too late: the person types it
    if (expected && 'OTPCredential' in window) waitForCode(unwanted.signal).then(onCode, () => {});
    return () => unwanted.abort();
  }, [expected, onCode]);
}

async function waitForCode(signal: AbortSignal): Promise<string> {
  const options: object = { otp: { transport: ['sms'] }, signal };
  const credential = await navigator.credentials.get(options);
  return (credential as OtpCredential).code;
}
