import { useEffect } from 'react';

type OtpCredential = Credential & { code: string };

/** Phones that can hand over the password from the SMS that came for this page (WebOTP) fill it in. */
export function useCodeFromSms(expected: boolean, onCode: (code: string) => void): void {
  useEffect(() => {
    if (!expected || !('OTPCredential' in window)) return;
    const unwanted = new AbortController();
    const options = { otp: { transport: ['sms'] }, signal: unwanted.signal };
    navigator.credentials
      .get(options as CredentialRequestOptions)
      .then((credential) => credential && onCode((credential as OtpCredential).code))
      .catch(() => {
        // Refused, or too late: the person types it
      });
    return () => unwanted.abort();
  }, [expected, onCode]);
}
